import ArgumentParser

/// `wippy top`: known, and not there yet.
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Watches the processes of a running `wippy run`. (Comes with a later version.)")

  @OptionGroup var common: CommonOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var arguments: [String] = []

  func run() throws {
    throw CommandFailure.later("watching the processes of a running `wippy run` with `wippy top`")
  }
}
