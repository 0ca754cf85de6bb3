import ArgumentParser
import WippyCore
import WippyRegistry

/// `wippy registry show ID`
struct RegistryShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows one entry.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print YAML, as it would stand in a definition file.")
  var yaml = false

  @Argument(help: "The entry, as namespace:name.")
  var id: String

  func validate() throws {
    if yaml, common.json { throw ValidationError("--yaml and --json exclude each other") }
  }

  func run() throws {
    let registry = try common.loadRegistry()
    guard let wanted = EntryID(id) else {
      throw CommandFailure.usage("`\(TerminalText.line(id))` is no id: write namespace:name")
    }
    let entry: Entry
    do {
      entry = try registry.requireEntry(wanted)
    } catch {
      throw CommandFailure("\(error); `wippy registry list` lists all")
    }
    if common.json { return try StandardOutput.write(json: Self.json(entry)) }
    if yaml { return try StandardOutput.write(Self.yaml(entry)) }
    try StandardOutput.write(Self.text(entry, needs: registry.dependencies(of: wanted)))
  }

  static func json(_ entry: Entry) -> Value {
    guard case .table(let fields) = entry.fields else { return .null }
    return .table(
      [
        .init("id", .string("\(entry.id)")), .init("kind", .string(entry.kind)),
        .init("position", .string("\(entry.position)")), .init("meta", entry.meta),
      ] + [.init("fields", .table(fields))])
  }

  static func yaml(_ entry: Entry) -> String {
    var fields: [Value.Field] = [.init("name", .string(entry.id.name)), .init("kind", .string(entry.kind))]
    if case .table(let own) = entry.fields { fields += own }
    if case .table(let meta) = entry.meta, !meta.isEmpty { fields.append(.init("meta", entry.meta)) }
    return YAMLText.text(.array([.table(fields)]))
  }

  static func text(_ entry: Entry, needs: [EntryID]) -> String {
    var columns = Columns(indent: "", gap: "  ")
    columns.add("id", "\(entry.id)")
    columns.add("kind", entry.kind)
    columns.add("at", "\(entry.position)")
    if !needs.isEmpty { columns.add("needs", needs.map { "\($0)" }.joined(separator: ", ")) }
    var text = columns.text
    for reason in entry.unsupported { text += "cannot be started: \(TerminalText.line(reason))\n" }
    if case .table(let fields) = entry.fields, !fields.isEmpty { text += "\n" + YAMLText.text(entry.fields) }
    if case .table(let meta) = entry.meta, !meta.isEmpty {
      text += "\nmeta:\n" + YAMLText.text(entry.meta, indent: 1)
    }
    return text
  }
}
