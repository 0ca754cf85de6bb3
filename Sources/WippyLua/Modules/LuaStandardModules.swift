import CLua

/// The modules that `require` finds.
///
/// Unchecked: the C structures are constant.
enum LuaStandardModules {
  /// Those that need not be listed: they are globals too.
  nonisolated(unsafe) static let always: [String: UnsafePointer<clua_module>] = {
    _ = LuaSetup.shared
    var modules: [String: UnsafePointer<clua_module>] = ["process": UnsafePointer(LuaProcessModule.module.handle)]
    if let channel = clua_module_channel() { modules["channel"] = channel }
    if let errors = clua_module_errors() { modules["errors"] = errors }
    for name in ["string", "table", "math", "utf8", "coroutine", "os"] {
      if let member = clua_module_find(LuaSetup.shared.globals, name), let module = member.pointee.module {
        modules[name] = module
      }
    }
    return modules
  }()

  /// Those that an entry lists in `modules`, beside what `LuaServices.modules` has.
  static let optional: [String: LuaModule] = [
    "time": LuaTimeModule.module,
    "funcs": LuaFuncsModule.module,
    "supervisor": LuaSupervisorModule.module,
    "ctx": LuaContextModule.module,
    "json": LuaJSONModule.module,
    "yaml": LuaYAMLModule.module,
    "base64": LuaBase64Module.module,
    "hash": LuaHashModule.module,
    "crypto": LuaCryptoModule.module,
    "uuid": LuaUUIDModule.module,
    "env": LuaEnvironmentModule.module,
    "logger": LuaLoggerModule.module,
    "registry": LuaRegistryModule.module,
    "system": LuaSystemModule.module,
    "io": LuaTerminalModule.module,
    "fs": LuaFilesModule.module,
    "http": LuaHTTPModule.module,
    "http_client": LuaHTTPClientModule.module,
  ]

  /// Everything that an entry may list, for validation, besides `LuaServices.modules`.
  static var names: [String] { always.keys.sorted() + optional.keys.sorted() }
}
