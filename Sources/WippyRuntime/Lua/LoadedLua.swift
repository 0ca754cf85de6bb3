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

  /// Whether its code asks for the request itself.
  var answersRequests: Bool { entry.modules.contains("http") }

  /// A program for one process.
  ///
  /// - Parameters:
  ///   - terminal: Of a command.
  ///   - exchange: The request that it answers.
  ///   - place: Of a call: released when the program is closed.
  func program(
    arguments: [Value], terminal: (any LuaTerminal)? = nil, exchange: LuaHTTPExchange? = nil,
    place: FunctionPool.Place? = nil
  ) -> LuaProgram {
    var services = services
    services.terminal = terminal
    services.exchange = exchange
    return LuaProgram(
      unit: unit, method: method, arguments: arguments, services: services,
      limits: LuaLimits(
        maxMemory: limits.maxMemory ?? 64 << 20, maxMailbox: UInt64(clamping: limits.maxMailbox ?? 1024)),
      onClose: { place?.release() })
  }
}
