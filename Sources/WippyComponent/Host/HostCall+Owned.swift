import WippyCore

extension HostCall {
  /// The object behind an owned handle, which the guest gives away.
  package func take<Object: AnyObject>(_ index: Int, as type: Object.Type) throws(HostFault) -> Object {
    try take(handle: values.u32(index), as: type)
  }

  package func take<Object: AnyObject>(handle: UInt32, as type: Object.Type) throws(HostFault) -> Object {
    let instance = linked.planned.instance
    do throws(ABIViolation) {
      let entry = try guest.handles.entry(handle, in: instance)
      guard let object = entry.object as? Object else {
        throw ABIViolation("handle \(handle) is a \(entry.type.name)")
      }
      _ = try guest.handles.take(handle, type: entry.type, in: instance)
      return object
    } catch {
      throw .trap(error.message)
    }
  }
}
