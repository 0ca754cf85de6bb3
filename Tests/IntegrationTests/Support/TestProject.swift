import Foundation
import Testing

/// A project in a directory of its own, which goes with it.
final class TestProject {
  let directory: String

  /// - Parameter marked: Whether there is a `wippy.lock`.
  init(marked: Bool = true) throws {
    directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/wippy-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    if marked { try write("wippy.lock", "directories: {src: ./src}\n") }
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      Issue.record("cannot remove \(directory): \(error)")
    }
  }

  /// A project with hosts and one guest as the command `test`.
  convenience init(
    guest: String, method: String, fields: String = "", bytes: Data? = nil, hash: String? = nil
  ) throws {
    try self.init()
    let content = try bytes ?? TestProject.guest(guest)
    try write("wasm/\(guest).wasm", content)
    let digest = try hash ?? self.hash(of: "wasm/\(guest).wasm")
    try write("src/_index.yaml", TestProject.hosts + TestProject.entry(guest, method, digest, fields))
  }

  /// A project with hosts, these entries (from line 12 on) and Lua files in `src`.
  convenience init(entries: String, lua: [String: String] = [:]) throws {
    try self.init()
    try write("src/_index.yaml", TestProject.hosts + entries)
    for (name, text) in lua { try write("src/\(name).lua", text) }
  }

  /// A copy of a project of `Examples`.
  static func example(_ name: String) throws -> TestProject {
    let project = try TestProject(marked: false)
    let source = "\(CommandRunner.repository)/Examples/\(name)"
    for file in try FileManager.default.subpathsOfDirectory(atPath: source) {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(source)/\(file)", isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { continue }
      let text = try String(contentsOfFile: "\(source)/\(file)", encoding: .utf8)
      try project.write(file, text.replacing("../../Guests", with: "\(CommandRunner.repository)/Guests"))
    }
    return project
  }

  static func guest(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(CommandRunner.repository)/Guests/\(name)/\(name).wasm"))
  }

  /// The beginning of a definition file, with what commands need. It has 11 lines.
  static let hosts = """
    version: "1.0"
    namespace: demo
    entries:
      - name: terminal
        kind: terminal.host
      - name: processes
        kind: process.host
      - name: wasm
        kind: fs.directory
        directory: ./wasm


    """

  /// An entry that begins in line 12; its hash stands in line 16.
  static func entry(_ guest: String, _ method: String, _ hash: String, _ fields: String = "") -> String {
    let extra = fields.isEmpty ? "" : fields.split(separator: "\n").map { "    \($0)\n" }.joined()
    return """
        - name: \(guest)
          kind: process.wasm
          fs: wasm
          path: /\(guest).wasm
          hash: \(hash)
          method: \(method)
          meta: {command: {name: test, short: A test}}
      \(extra)
      """.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "\($0)" }
        .joined(separator: "\n")
  }

  func write(_ name: String, _ text: String) throws {
    try write(name, Data(text.utf8))
  }

  func write(_ name: String, _ content: Data) throws {
    let url = URL(fileURLWithPath: "\(directory)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try content.write(to: url)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
  }

  func hash(of file: String) throws -> String {
    try run(["hash", file]).output.trimmingCharacters(in: .newlines)
  }

  /// Runs `wippy` in the project, with a cache of its own.
  func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = "", timeout: Double = 60
  ) throws -> CommandResult {
    try CommandRunner.run(
      arguments, in: directory, environment: caching(environment), input: input, timeout: timeout)
  }

  func start(_ arguments: [String]) throws -> RunningCommand {
    try CommandRunner.start(arguments, in: directory, environment: caching([:]))
  }

  func shell(_ line: String, environment: [String: String] = [:]) throws -> CommandResult {
    try CommandRunner.shell(line, in: directory, environment: caching(environment))
  }

  private func caching(_ environment: [String: String]) -> [String: String] {
    ["WIPPY_CACHE_DIR": "\(directory)/cache", "XDG_RUNTIME_DIR": directory].merging(environment) { $1 }
  }
}

/// Checks a failed command: its code, and words of its message on stderr.
func expectFailure(
  _ result: CommandResult, code: Int32, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(!result.timedOut, sourceLocation: sourceLocation)
  #expect(result.code == code, "stderr: \(result.error)", sourceLocation: sourceLocation)
  for word in words {
    #expect(result.error.contains(word), "stderr: \(result.error)", sourceLocation: sourceLocation)
  }
}
