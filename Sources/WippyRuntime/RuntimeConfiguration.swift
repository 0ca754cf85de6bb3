import Logging
import WippyCore

/// How a runtime is set up. Every value has a default.
public struct RuntimeConfiguration: Sendable {
  /// The project's directory; `nil` for a runtime without a project, which runs bare files.
  public var project: String?
  /// Worker threads; 0 is what the project's hosts say, else one for each processor.
  public var workers = 0
  /// Settings over those of `.wippy.yaml`, as `section.path=value`.
  public var settings: [String] = []
  /// The operating system's environment, as the project sees it.
  public var environment: [String: String]
  public var logger: Logger
  /// Hears when code is being compiled.
  public var onCompilation: @Sendable (CompilationEvent) -> Void = { _ in }
  /// What does HTTP on the network; without it guests that send requests get errors.
  package var http: (any HTTPStack)?

  /// - Parameter environment: What `env.storage.os`, `${env:NAME}` and `WIPPY_CACHE_DIR` see.
  public init(project: String? = nil, environment: [String: String], logger: Logger = Logger(label: "wippy")) {
    self.project = project
    self.environment = environment
    self.logger = logger
  }
}
