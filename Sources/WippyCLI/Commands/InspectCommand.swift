import ArgumentParser

/// `wippy inspect FILE.wasm`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what a binary imports and exports, and the entry to paste.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "A component or core module.")
  var file: String

  func run() throws {
    let report = try BinaryReport(try WasmFile(file))
    if common.json { return try StandardOutput.write(json: report.json) }
    try StandardOutput.write(report.text)
  }
}
