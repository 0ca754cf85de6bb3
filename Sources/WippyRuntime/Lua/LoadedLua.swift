import WippyCore
import WippyLua
import WippyRegistry

/// A `process.lua` or `function.lua` entry with its compiled code.
package final class LoadedLua: Sendable {
  package let entry: LuaEntry
  let unit: LuaUnit
  let method: String
  /// Complete: with all defaults.
  let limits: WippyRegistry.ProcessLimits
  /// What all its processes have around them.
  let services: LuaServices

  init(entry: LuaEntry, unit: LuaUnit, method: String, limits: WippyRegistry.ProcessLimits, services: LuaServices) {
    self.entry = entry
    self.unit = unit
    self.method = method
    self.limits = limits
    self.services = services
  }

  /// A program for one process.
  ///
  /// - Parameter terminal: Of a command.
  func program(arguments: [Value], terminal: (any LuaTerminal)? = nil) -> LuaProgram {
    var services = services
    services.terminal = terminal
    return LuaProgram(
      unit: unit, method: method, arguments: arguments, services: services,
      limits: LuaLimits(
        maxMemory: limits.maxMemory ?? 64 << 20, maxMailbox: UInt64(clamping: limits.maxMailbox ?? 1024)))
  }
}
