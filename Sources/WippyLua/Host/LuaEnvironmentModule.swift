import WippyCore

/// The module `env`.
enum LuaEnvironmentModule {
  static let module = LuaModule(
    "env",
    [
      .function("get", get), .function("set", set),
      .function("get_all") { call throws(LuaFailure) in
        let variables = try environment(call).all()
        call.output.beginTable(variables.count)
        for variable in variables {
          call.push(variable.name)
          call.push(variable.value)
        }
        return .values
      },
    ])

  private static func get(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let (environment, name) = (try environment(call), try name(call))
    let value: String?
    do {
      value = try environment.value(of: name)
    } catch { throw .error(error) }
    guard let value else { throw .error(.notFound, "there is no environment variable \"\(name)\"") }
    call.push(value)
    return .values
  }

  private static func set(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let (environment, name) = (try environment(call), try name(call))
    let value = try call.string(2)
    do {
      try environment.set(name, to: value)
    } catch { throw .error(error) }
    call.push(true)
    return .values
  }

  private static func environment(_ call: LuaCall) throws(LuaFailure) -> any LuaEnvironment {
    guard let environment = call.services.environment else {
      throw .error(.unavailable, "there are no environment variables here")
    }
    return environment
  }

  private static func name(_ call: LuaCall) throws(LuaFailure) -> String {
    let name = try call.string(1)
    guard !name.isEmpty else { throw .error(.invalid, "the name of an environment variable is empty") }
    return name
  }
}
