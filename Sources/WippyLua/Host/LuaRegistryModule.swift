import WippyCore

/// The module `registry`: the project's entries, to read.
enum LuaRegistryModule {
  static let module = LuaModule(
    "registry",
    [
      .function("get") { call throws(LuaFailure) in
        let registry = try registry(call)
        let text = try call.string(1)
        guard let id = EntryID(text) else {
          throw .error(.invalid, "\"\(text.prefix(80))\" is no id of an entry: write namespace:name")
        }
        guard let entry = registry.entry(id) else { throw .error(.notFound, "there is no entry \(id)") }
        return call.returning(entry)
      },
      .function("find") { call throws(LuaFailure) in
        let registry = try registry(call)
        guard case .table(let filter) = try call.fields(1) else { throw call.expected("table", 1) }
        return call.returning(.array(registry.entries().filter { RegistryFilter.matches($0, filter) }))
      },
      .function("parse_id") { call throws(LuaFailure) in
        let text = try call.string(1)
        guard let id = EntryID(text) else {
          throw .error(.invalid, "\"\(text.prefix(80))\" is no id of an entry: write namespace:name")
        }
        return call.returning(.table([.init("ns", .string(id.namespace)), .init("name", .string(id.name))]))
      },
    ])

  private static func registry(_ call: LuaCall) throws(LuaFailure) -> any LuaRegistry {
    guard let registry = call.services.registry else { throw .error(.internal, "there is no registry here") }
    return registry
  }
}
