import WippyCore

/// An `env.variable` entry, decoded.
package struct EnvironmentVariableEntry: Sendable {
  package let entry: Entry
  /// The public name; `nil` for a variable that is reached by id only.
  package let variable: String?
  package let storage: EntryID
  package let defaultValue: String?
  package let isReadOnly: Bool

  package var id: EntryID { entry.id }
  /// The name under which the storage keeps it.
  package var storedName: String { variable ?? entry.id.name }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "env.variable")
    self.entry = entry
    variable = reader.text("variable")
    storage = try reader.requiredReference("storage")
    defaultValue = reader.text("default")
    isReadOnly = reader.boolean("read_only") ?? reader.boolean("readonly") ?? false
  }
}

/// An `env.storage.*` entry, decoded.
package struct EnvironmentStorageEntry: Sendable {
  package enum Storage: Sendable, Hashable {
    case operatingSystem
    case memory([String: String])
    case fixed([String: String])
    case file(path: String, isCreated: Bool, mode: UInt32)
    case router([EntryID])
  }

  package let entry: Entry
  package let storage: Storage

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "env.storage.*")
    self.entry = entry
    var values: [String: String] = [:]
    for pair in reader.node["values"]?.pairs ?? [] { values[pair.key] = pair.value.scalar?.text ?? "" }
    switch entry.kind {
    case "env.storage.os": storage = .operatingSystem
    case "env.storage.memory": storage = .memory(values)
    case "env.storage.static": storage = .fixed(values)
    case "env.storage.file":
      storage = .file(
        path: try reader.requiredText("file_path"), isCreated: reader.boolean("auto_create") ?? false,
        mode: reader.fileMode("file_mode") ?? 0o600)
    case "env.storage.router": storage = .router(reader.texts("storages").compactMap { entry.resolve($0) })
    default: throw .wrongKind(entry.id, kind: entry.kind, expected: "env.storage.*")
    }
  }
}
