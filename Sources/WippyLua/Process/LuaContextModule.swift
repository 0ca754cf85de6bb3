import WippyCore

/// The module `ctx`: what `with_context` has set.
enum LuaContextModule {
  static let module = LuaModule(
    "ctx",
    [
      .function("get") { call throws(LuaFailure) in
        let key = try call.string(1)
        guard !key.isEmpty else { throw .error(.invalid, "the key is empty") }
        guard let value = call.vm.inherited[key] else {
          throw .error(.notFound, "the context has no \"\(key.prefix(80))\"")
        }
        return call.returning(value)
      },
      .function("all") { call throws(LuaFailure) in
        return call.returning(.table(call.vm.inherited.context))
      },
    ])
}
