/// Why a command of `wippy` ends with another code than 0, and what it says about that on stderr.
package struct CommandFailure: Error, Hashable {
  var problems: [Problem]
  var code: Int32

  init(_ problems: [Problem], code: Int32 = ExitStatus.failure) {
    self.problems = problems
    self.code = code
  }

  init(_ message: String, code: Int32 = ExitStatus.failure) {
    self.init([Problem(.error, message)], code: code)
  }

  /// Wrong usage of `wippy` itself.
  static func usage(_ message: String) -> CommandFailure {
    CommandFailure(message, code: ExitStatus.usage)
  }

  /// Nobody reads what would be written: an end without words.
  static let outputClosed = CommandFailure([], code: ExitStatus.success)

  static func noProject(at directory: String) -> CommandFailure {
    CommandFailure(
      "there is no project in \(directory) or above it (no wippy.lock, no .wippy.yaml, no definition file): "
        + "`wippy init` writes one, `-C DIR` names one")
  }

  /// Something that the documentation describes and this version does not have.
  static func later(_ what: String) -> CommandFailure {
    CommandFailure("\(what) comes with a later version")
  }
}
