import Foundation
import Glibc

/// One run of a command: how long it took.
struct ChildProcess {
  let nanoseconds: Double

  /// - Parameters:
  ///   - output: The file that gets stdout and stderr.
  ///   - directory: Where the command runs.
  init(_ command: [String], in directory: String, environment: [String], output: String) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    var arguments = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    // The child inherits it; nothing else of this program looks at it meanwhile.
    let home = FileManager.default.currentDirectoryPath
    guard FileManager.default.changeCurrentDirectoryPath(directory) else {
      throw BenchmarkError("\(directory) cannot be entered")
    }
    defer { _ = FileManager.default.changeCurrentDirectoryPath(home) }
    var process = pid_t()
    let start = clockNanoseconds()
    let status = posix_spawn(&process, command[0], &actions, nil, &arguments, &variables)
    guard status == 0 else {
      throw BenchmarkError("\(command[0]) cannot be started: \(String(cString: strerror(status)))")
    }
    var end: Int32 = 0
    while waitpid(process, &end, 0) < 0 {
      guard errno == EINTR else { throw BenchmarkError("waitpid: \(String(cString: strerror(errno)))") }
    }
    nanoseconds = Double(clockNanoseconds() - start)
    guard end == 0 else {
      throw BenchmarkError("\(command.joined(separator: " ")) failed: status \(end), see \(output)")
    }
  }
}
