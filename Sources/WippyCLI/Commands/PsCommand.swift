import ArgumentParser

/// `wippy ps`
struct PsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps", abstract: "Lists the processes of a running `wippy run`.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var running: RunningOptions

  func run() throws {
    let tree = try running.processes(project: common.project)
    if common.json { return try StandardOutput.write(json: tree.json) }
    try StandardOutput.write(tree.text())
  }
}
