import Foundation
import Testing
import WippyComponent
import WippyHTTP
import WippyRuntime

/// A project on disk whose entries run the guests of this repository, and its runtime.
final class GuestProject: Sendable {
  let runtime: Runtime
  private let directory: URL

  static let namespace = "guests"
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// One entry: a guest, one of its functions, and lines of YAML that follow.
  struct Entry {
    var name: String
    var guest: String
    var method: String
    var more = ""
    var kind = "process.wasm"
  }

  init(
    _ entries: [Entry], files: [String: String] = [:], hosts: String = "", workers: Int = 0,
    cache: URL = GuestProject.cache, onCompilation: @escaping @Sendable (CompilationEvent) -> Void = { _ in }
  ) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "wippy-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    var yaml = """
      version: "1.0"
      namespace: \(GuestProject.namespace)
      entries:
        - {name: binaries, kind: fs.directory, directory: "\(GuestProject.repository.path)/Guests"}
        - {name: processes, kind: process.host}
      \(hosts)

      """
    let digests = try GuestProject.digests()
    for entry in entries {
      let digest = try #require(digests[entry.guest], "Guests/manifest.json has no \(entry.guest)")
      yaml += """
          - name: \(entry.name)
            kind: \(entry.kind)
            fs: binaries
            path: /\(entry.guest)/\(entry.guest).wasm
            hash: \(digest)
            method: "\(entry.method)"
        \(entry.more.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))

        """
    }
    try yaml.write(to: directory.appending(path: "_index.yaml"), atomically: true, encoding: .utf8)
    for (name, text) in files {
      try text.write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
    }
    var configuration = RuntimeConfiguration(
      project: directory.path, environment: ["WIPPY_CACHE_DIR": cache.path])
    configuration.onCompilation = onCompilation
    configuration.workers = workers
    configuration.http = NIOStack(loops: 1)
    runtime = try Runtime(configuration)
  }

  deinit {
    try? FileManager.default.removeItem(at: directory)
  }

  /// Shared by all tests, so that a guest is compiled once.
  static let cache = FileManager.default.temporaryDirectory.appending(
    path: "wippy-test-cache-\(ProcessInfo.processInfo.processIdentifier)")

  static func id(_ name: String) -> EntryID { EntryID(namespace: namespace, name: name) }

  static func digests() throws -> [String: String] {
    let data = try Data(contentsOf: repository.appending(path: "Guests/manifest.json"))
    let manifest = try JSONDecoder().decode([String: [String: String]].self, from: data)
    return manifest.compactMapValues { $0["binary"] }
  }

  /// Runs an entry with arguments in WAVE, and returns how it ended.
  func run(_ name: String, _ arguments: String...) async throws -> ExitReason {
    let loaded = try runtime.load(GuestProject.id(name))
    let parameters = loaded.guest.type.parameters
    try #require(parameters.count == arguments.count)
    var values: [Value] = []
    for (text, parameter) in zip(arguments, parameters) {
      values.append(try WAVEParser.parse(text, as: parameter.type))
    }
    return try await runtime.spawn(GuestProject.id(name), arguments: values).exitReason()
  }

  /// The value of an entry that ends normally, in WAVE.
  func value(_ name: String, _ arguments: [String]) async throws -> String {
    let loaded = try runtime.load(GuestProject.id(name))
    let type = loaded.guest.type
    try #require(type.parameters.count == arguments.count)
    var values: [Value] = []
    for (text, parameter) in zip(arguments, type.parameters) {
      values.append(try WAVEParser.parse(text, as: parameter.type))
    }
    let reason = try await runtime.spawn(GuestProject.id(name), arguments: values).exitReason()
    switch reason {
    case .normal(let value?):
      return try WAVEPrinter.text(for: value, type: try #require(type.successType))
    case .normal(nil): return "ok"
    case .error(let value?):
      return "err " + (try WAVEPrinter.text(for: value, type: try #require(type.failureType)))
    case .error(nil): return "err"
    default: return "\(reason)"
    }
  }
}
