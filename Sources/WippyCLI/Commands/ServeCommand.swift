import ArgumentParser

/// `wippy serve`: known, and not there yet.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves a bare wasi:http component. (Comes with a later version.)")

  @OptionGroup var common: CommonOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var arguments: [String] = []

  func run() throws {
    throw CommandFailure.later("serving a bare HTTP component with `wippy serve`")
  }
}
