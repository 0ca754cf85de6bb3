import WippyCore

/// `.wippy.yaml`: how the runtime runs. `nil` is a value that is not given.
package struct RuntimeSettings: Sendable, Hashable {
  package enum LogLevel: String, Sendable, Hashable {
    case debug, info, warn, error
  }

  package enum LogFormat: String, Sendable, Hashable {
    case console, json
  }

  package var logLevel: LogLevel?
  package var logFormat: LogFormat?
  package var shutdownTimeout: Duration?
  /// The length of the scheduler's clock tick.
  package var tickMilliseconds = 1
  /// As written: relative to the project root unless it is absolute.
  package var cacheDirectory: String?
  /// Bytes.
  package var cacheMaxSize: UInt64?
  /// The section `metrics` as it is.
  package var metrics = Value.table([])
  /// Defaults for all entries.
  package var limits = ProcessLimits()

  package init() {}

  /// The settings of a project, with `overrides` of the form `section.path=value`; a problem is reported, and its value
  /// left out.
  package static func load(
    _ project: Project, overrides: [String] = [],
    environment: [String: String] = [:]
  ) -> (settings: RuntimeSettings, diagnostics: [Diagnostic]) {
    var diagnostics: [Diagnostic] = []
    let name = Project.settingsName
    var root = SourceNode(.mapping([]), at: SourcePosition(file: name))
    if let path = project.settingsFile, let node = read(path, name: name, &diagnostics) { root = node }
    for text in overrides {
      if let problem = SettingsOverride.apply(text, to: &root) { diagnostics.append(problem) }
    }
    let substitution = EnvironmentSubstitution(environment: environment)
    let preparation = EntryPreparation(
      substitution: substitution, directory: project.root, sourceDirectory: project.root)
    root = preparation.prepare(root) { diagnostics.append(Diagnostic(.error, $0, $1)) }
    var validator = FieldValidator(entry: nil, namespace: "")
    validator.unknownFields = .warning
    validator.validate(root, fields: SettingsSchema.sections, path: "", owner: name)
    diagnostics += validator.diagnostics
    return (RuntimeSettings(root, project: project), diagnostics)
  }

  private static func read(_ path: String, name: String, _ diagnostics: inout [Diagnostic]) -> SourceNode? {
    do {
      let bytes = try FileContents.read(path, limit: FileContents.textLimit)
      switch SourceParser.parse(bytes, file: name) {
      case .failure(let problem):
        diagnostics.append(Diagnostic(.error, problem.position, problem.message))
      case .success(let root?) where root.pairs != nil: return root
      case .success(let root?) where !root.isNull:
        diagnostics.append(
          Diagnostic(.error, root.position, "expected a map of settings, got \(root.typeName)"))
      case .success: break
      }
    } catch {
      diagnostics.append(Diagnostic(.error, SourcePosition(file: name), "\(error)"))
    }
    return nil
  }

  private init(_ root: SourceNode, project: Project) {
    let holder = Entry(
      id: EntryID(namespace: "settings", name: "settings"), kind: "", node: root, position: root.position,
      directory: project.root, unsupported: [])
    let reader = EntryReader(entry: holder, node: root, path: "")
    logLevel = reader.object("logger")?.text("level").flatMap(LogLevel.init)
    logFormat = reader.object("logger")?.text("format").flatMap(LogFormat.init)
    shutdownTimeout = reader.object("shutdown")?.duration("timeout")
    if let tick = reader.object("scheduler")?.integer("tick_ms"), (1...10).contains(tick) {
      tickMilliseconds = Int(tick)
    }
    cacheDirectory = reader.object("cache")?.text("directory")
    cacheMaxSize = reader.object("cache")?.size("max_size")
    metrics = root["metrics"]?.value ?? .table([])
    limits = ProcessLimits(reader.object("limits"))
  }
}
