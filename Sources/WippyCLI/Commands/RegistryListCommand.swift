import ArgumentParser
import WippyCore
import WippyRegistry

/// `wippy registry list`
struct RegistryListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the entries.")

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Only entries of these kinds, for example process.*", valueName: "glob"))
  var kind = "*"

  @Flag(help: "Print YAML.")
  var yaml = false

  func validate() throws {
    if yaml, common.json { throw ValidationError("--yaml and --json exclude each other") }
  }

  func run() throws {
    let registry = try common.loadRegistry()
    let entries = registry.entries(ofKindGlob: kind)
    if common.json || yaml {
      let list = Value.array(entries.map(Self.summary))
      return yaml ? try StandardOutput.write(YAMLText.text(list)) : try StandardOutput.write(json: list)
    }
    try StandardOutput.write(Self.text(entries, kind: kind))
  }

  static func summary(_ entry: Entry) -> Value {
    .table([
      .init("id", .string("\(entry.id)")), .init("kind", .string(entry.kind)),
      .init("position", .string("\(entry.position)")), .init("meta", entry.meta),
    ])
  }

  static func text(_ entries: [Entry], kind: String) -> String {
    guard !entries.isEmpty else { return kind == "*" ? "No entries.\n" : "No entries of kind \(kind).\n" }
    var columns = Columns(indent: "")
    for entry in entries { columns.add("\(entry.id)", entry.kind, "\(entry.position)") }
    return columns.text
  }
}
