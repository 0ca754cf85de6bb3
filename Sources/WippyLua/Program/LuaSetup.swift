import CLua

/// What is there once for all Lua processes: the global table's members and C's way back into Swift.
///
/// Unchecked: constant once it is made.
final class LuaSetup: @unchecked Sendable {
  static let shared = LuaSetup()

  let globals: UnsafeMutablePointer<clua_module>

  private init() {
    globals = clua_module_create("_G")
    var callbacks = clua_callbacks()
    callbacks.call = { owner, state, number, reply in
      guard let owner, let state, let reply else { return }
      LuaSetup.vm(owner)._withUnsafeGuaranteedRef { $0.call(state, number, reply) }
    }
    callbacks.resume = { owner, _, ticket, reply in
      guard let owner, let reply else { return }
      LuaSetup.vm(owner)._withUnsafeGuaranteedRef { $0.resume(ticket, reply) }
    }
    callbacks.interruption = { owner in
      guard let owner else { return false }
      return LuaSetup.vm(owner)._withUnsafeGuaranteedRef {
        $0.awaitsReader || $0.context.interruption() == .yield
      }
    }
    callbacks.next_event = { owner, forReceive in
      guard let owner else { return Int32(CLUA_MAILBOX_EMPTY) }
      return LuaSetup.vm(owner)._withUnsafeGuaranteedRef { $0.nextEvent(forReceive: forReceive) }
    }
    callbacks.cancel_timer = { owner, timer in
      guard let owner else { return }
      LuaSetup.vm(owner)._withUnsafeGuaranteedRef { $0.cancelTimer(timer) }
    }
    callbacks.release = { reference in
      if let reference { Unmanaged<AnyObject>.fromOpaque(reference).release() }
    }
    callbacks.require = { owner, source, name, required in
      guard let owner, let name, let required else { return }
      LuaSetup.vm(owner)._withUnsafeGuaranteedRef {
        $0.require(String(cString: name), source: source.map { String(cString: $0) } ?? "", required)
      }
    }
    callbacks.print = { owner, text, length in
      guard let owner else { return }
      let bytes = UnsafeRawBufferPointer(start: text, count: length)
      LuaSetup.vm(owner)._withUnsafeGuaranteedRef { $0.print(String(decoding: bytes, as: UTF8.self)) }
    }
    clua_set_up(&callbacks, globals)
    clua_set_time_class(LuaTimeObjects.time.handle)
    clua_module_add_module(globals, "process", LuaProcessModule.module.handle)
    clua_module_finish(globals)
  }

  /// The program keeps it while C runs, so that nobody need retain it.
  @inline(__always)
  private static func vm(_ owner: UnsafeMutableRawPointer) -> Unmanaged<LuaVM> { .fromOpaque(owner) }
}
