import ArgumentParser
import CLinux
import Glibc
import WippyCore

/// The command `wippy`: from its arguments to its exit code.
package enum CommandLineTool {
  /// Runs one command and returns the exit code.
  ///
  /// - Parameter http: What does HTTP; `nil` in `wippy`, which becomes `wippy-http` where that is needed.
  package static func run(_ arguments: [String], http: (any HTTPStack)? = nil) -> Int32 {
    prepareProcess()
    if let http { HTTPProgram.use(http) }
    // What the parser would find out takes it longer than the answer.
    if let options = RunOptions(plain: arguments) {
      return report { () throws(CommandFailure) in try options.execute() }
    }
    if arguments == ["version"] {
      return report { () throws(CommandFailure) in
        try StandardOutput.write(VersionCommand.text + "\n")
        return ExitStatus.success
      }
    }
    do {
      var command = try WippyCommand.parseAsRoot(try ArgumentOrder.normalized(arguments))
      try command.run()
      return ExitStatus.success
    } catch let failure as CommandFailure {
      StandardError.report(failure.problems)
      return failure.code
    } catch {
      return report(error)
    }
  }

  private static func report(_ command: () throws(CommandFailure) -> Int32) -> Int32 {
    do throws(CommandFailure) {
      return try command()
    } catch {
      StandardError.report(error.problems)
      return error.code
    }
  }

  /// Broken pipes and full disks become errors of the write that meets them. A standard stream that is closed would
  /// give its number to the next file that is opened.
  private static func prepareProcess() {
    wippy_keep_memory()
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// What the parser of the arguments says: help on stdout, or wrong usage.
  private static func report(_ error: any Error) -> Int32 {
    let text = WippyCommand.fullMessage(for: error)
    if WippyCommand.exitCode(for: error).isSuccess {
      do {
        try StandardOutput.write(text + "\n")
        return ExitStatus.success
      } catch {
        StandardError.report(error.problems)
        return error.code
      }
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    if let first = lines.first, first.hasPrefix("Error: ") { lines[lines.startIndex] = first.dropFirst(7) }
    StandardError.report([Problem(.error, lines.joined(separator: "\n"))])
    return ExitStatus.usage
  }
}
