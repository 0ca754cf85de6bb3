import ArgumentParser

/// `wippy inspect FILE.wasm`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what a binary imports and exports, and the entry to paste.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print only the component's world, as WIT.")
  var wit = false

  @Argument(help: "A component or core module.")
  var file: String

  func run() throws {
    let report = try BinaryReport(try WasmFile(file))
    if wit {
      guard let world = report.world else { throw CommandFailure("\(file): a core module has no world") }
      return try StandardOutput.write(world)
    }
    if common.json { return try StandardOutput.write(json: report.json) }
    try StandardOutput.write(report.text)
  }
}
