import WippyEngine

extension GuestInstance {
  /// A built-in function of the asynchronous component model is called. Those that need no other task work.
  func callUnsupported(_ name: String, _ values: RawValues, _ instance: Int) throws(HostFault) {
    switch name {
    case "context.get-0", "context.get-1": values.set(0, u32: taskContext[[instance, slot(name)]] ?? 0)
    case "context.set-0", "context.set-1": taskContext[[instance, slot(name)]] = values.u32(0)
    case "backpressure.inc", "backpressure.dec": return
    default:
      try checkMayLeave(instance)
      throw .trap("\(name) is part of the asynchronous component model (WASI 0.3), which is not supported")
    }
  }

  private func slot(_ name: String) -> Int { name.hasSuffix("1") ? 1 : 0 }
}
