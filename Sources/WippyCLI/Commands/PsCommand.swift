import ArgumentParser

/// `wippy ps`: known, and not there yet.
struct PsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps", abstract: "Lists the processes of a running `wippy run`. (Comes with a later version.)"
  )

  @OptionGroup var common: CommonOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var arguments: [String] = []

  func run() throws {
    throw CommandFailure.later("listing the processes of a running `wippy run` with `wippy ps`")
  }
}
