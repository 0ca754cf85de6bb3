import Foundation

/// Runs the built `wippy`.
enum CommandRunner {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// `WIPPY_BINARY`, else the debug build.
  static let binary: String = {
    if let path = ProcessInfo.processInfo.environment["WIPPY_BINARY"], !path.isEmpty { return path }
    return "\(repository)/.build/debug/wippy"
  }()

  /// Starts `wippy` with these arguments.
  static func start(
    _ arguments: [String], in directory: String, environment: [String: String] = [:]
  ) throws -> RunningCommand {
    try RunningCommand(binary, arguments, directory: directory, environment: environment)
  }

  /// Runs `wippy` to its end; it is killed when that takes longer than `timeout` seconds.
  static func run(
    _ arguments: [String], in directory: String, environment: [String: String] = [:], input: String = "",
    timeout: Double = 60
  ) throws -> CommandResult {
    let command = try start(arguments, in: directory, environment: environment)
    command.write(input)
    command.closeInput()
    return command.result(timeout: timeout)
  }

  /// Runs a line of shell in which `$wippy` is the command.
  static func shell(
    _ line: String, in directory: String, environment: [String: String] = [:], timeout: Double = 60
  ) throws -> CommandResult {
    var environment = environment
    environment["wippy"] = binary
    let command = try RunningCommand("/bin/sh", ["-c", line], directory: directory, environment: environment)
    command.closeInput()
    return command.result(timeout: timeout)
  }
}

/// How a command ended and what it wrote.
struct CommandResult {
  /// The exit code; of a command that a signal ended, 1000 and its number.
  var code: Int32
  var output: String
  var error: String
  var timedOut: Bool
}
