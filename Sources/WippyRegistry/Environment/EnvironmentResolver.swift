import Synchronization
import WippyCore

/// Answers what the variables of a project's entries are.
package final class EnvironmentResolver: Sendable {
  private let registry: Registry
  private let environment: [String: String]
  private let storages = Mutex<[EntryID: any EnvironmentStorage]>([:])
  private let publicNames: [String: EntryID]

  /// `environment` is what `env.storage.os` has.
  package init(_ registry: Registry, environment: [String: String]) {
    self.registry = registry
    self.environment = environment
    var names: [String: EntryID] = [:]
    for entry in registry.entries(ofKindGlob: "env.variable") {
      if let name = entry.node["variable"]?.string, names[name] == nil { names[name] = entry.id }
    }
    publicNames = names
  }

  /// The id of the variable with a public name.
  package func id(ofVariable name: String) -> EntryID? { publicNames[name] }

  /// All public names, sorted.
  package var variableNames: [String] { publicNames.keys.sorted() }

  /// The value of an `env.variable`, or its default; `nil` when there is neither. An empty string is a value.
  package func value(of id: EntryID) throws(RegistryError) -> String? {
    let variable = try variable(id)
    let storage = try storage(variable.storage)
    do {
      return try storage.value(of: variable.storedName) ?? variable.defaultValue
    } catch {
      throw problem(variable.storage, error.message)
    }
  }

  /// Sets an `env.variable` in its storage.
  package func set(_ value: String, for id: EntryID) throws(RegistryError) {
    let variable = try variable(id)
    guard !variable.isReadOnly else {
      throw problem(id, "the variable is read-only: remove `read_only: true` to set it")
    }
    let storage = try storage(variable.storage)
    do {
      try storage.set(value, for: variable.storedName)
    } catch {
      throw problem(variable.storage, error.message)
    }
  }

  private func variable(_ id: EntryID) throws(RegistryError) -> EnvironmentVariableEntry {
    try EnvironmentVariableEntry(try registry.requireEntry(id))
  }

  private func storage(_ id: EntryID) throws(RegistryError) -> any EnvironmentStorage {
    try storage(id, depth: 0)
  }

  private func storage(_ id: EntryID, depth: Int) throws(RegistryError) -> any EnvironmentStorage {
    if let known = storages.withLock({ $0[id] }) { return known }
    let entry = try registry.requireEntry(id)
    // A registry with errors can still be asked, and its routers can lead in a circle.
    guard depth < 64 else { throw problem(id, "storages lead in a circle: remove one of the references") }
    let made: any EnvironmentStorage
    switch try EnvironmentStorageEntry(entry).storage {
    case .operatingSystem:
      made = FixedStorage(content: environment, name: "the operating system's environment")
    case .memory(let values): made = MemoryStorage(values)
    case .fixed(let values): made = FixedStorage(content: values, name: "the storage")
    case .file(let path, let isCreated, let mode):
      made = FileStorage(path: FilePath.join(registry.project.root, path), isCreated: isCreated, mode: mode)
    case .router(let ids):
      var parts: [any EnvironmentStorage] = []
      for part in ids { parts.append(try storage(part, depth: depth + 1)) }
      made = RouterStorage(storages: parts)
    }
    // Two threads may make the same storage: what the first one made is kept.
    return storages.withLock { table in
      if let known = table[id] { return known }
      table[id] = made
      return made
    }
  }

  private func problem(_ id: EntryID, _ reason: String) -> RegistryError {
    .environment(id, position: registry.entry(id)?.position ?? SourcePosition(file: "?"), reason: reason)
  }
}
