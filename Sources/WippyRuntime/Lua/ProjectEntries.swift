import WippyCore
import WippyLua
import WippyRegistry

/// The project's entries, as Lua programs see them.
final class ProjectEntries: LuaRegistry {
  private let registry: Registry

  init(_ registry: Registry) {
    self.registry = registry
  }

  func entry(_ id: EntryID) -> Value? { registry.entry(id).map(Self.value) }
  func entries() -> [Value] { registry.entries.map(Self.value) }

  private static func value(_ entry: Entry) -> Value {
    .table([
      .init("id", .string("\(entry.id)")), .init("kind", .string(entry.kind)), .init("meta", entry.meta),
      .init("data", entry.fields),
    ])
  }
}
