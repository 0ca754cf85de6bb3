import ArgumentParser

/// `wippy kill`: known, and not there yet.
struct KillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "Ends a process of a running `wippy run`. (Comes with a later version.)")

  @OptionGroup var common: CommonOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var arguments: [String] = []

  func run() throws {
    throw CommandFailure.later("ending a process of a running `wippy run` with `wippy kill`")
  }
}
