import Glibc

/// Writes results to stdout.
enum StandardOutput {
  /// - Throws: `outputClosed` when the reader has gone, else that the disk is full and the like.
  static func write(_ text: String) throws(CommandFailure) {
    let error = FileWriting.writeAll(text, to: STDOUT_FILENO)
    switch error {
    case 0: return
    case EPIPE, EBADF: throw .outputClosed
    default: throw CommandFailure("cannot write to standard output: \(String(cString: strerror(error)))")
    }
  }
}

/// Writes messages to stderr.
enum StandardError {
  static func report(_ problems: [Problem]) {
    guard !problems.isEmpty else { return }
    let isColoured = Terminal.isColoured(STDERR_FILENO)
    // Nobody is left to tell when this fails.
    _ = FileWriting.writeAll(problems.map { text($0, isColoured: isColoured) }.joined(), to: STDERR_FILENO)
  }

  /// `error: ` and the message, which may have several lines.
  static func text(_ problem: Problem, isColoured: Bool) -> String {
    let label =
      isColoured
      ? "\u{1b}[\(problem.severity == .error ? "1;31" : "33")m\(problem.severity.rawValue):\u{1b}[0m"
      : "\(problem.severity.rawValue):"
    return "\(label) \(TerminalText.lines(problem.text))\n"
  }
}
