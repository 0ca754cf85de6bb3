import WippyCore

extension GuestInstance {
  package func insert(_ entry: HandleTable.Entry, into instance: Int) throws(HostFault) -> UInt32 {
    try checkHandleLimit()
    return handles.insert(entry, into: instance)
  }

  private func checkHandleLimit() throws(HostFault) {
    guard handles.count < maximumHandles else {
      throw .exit(
        .resource(
          LimitExceeded(
            limit: "max_resources", allowed: UInt64(maximumHandles), used: UInt64(handles.count) + 1)))
    }
  }

  func withHandles<Result>(
    _ body: (inout GuestHandles) throws(ABIViolation) -> Result
  ) throws(HostFault) -> Result {
    do {
      return try body(&handles)
    } catch {
      throw .trap(error.message)
    }
  }

  // MARK: Between components

  /// Gives or lends a handle of one component instance to another: `lift_own` or `lift_borrow`, and the
  /// corresponding lowering.
  func transfer(
    _ handle: UInt32, _ resource: ResourceType, isOwned: Bool, from source: Int, to target: Int
  ) throws(HostFault) -> UInt32 {
    guard isOwned else {
      let lent = try withHandles { handles throws(ABIViolation) in
        try handles.lend(handle, type: resource, in: source)
      }
      return try lower(borrowed: lent, into: target)
    }
    var entry = try withHandles { handles throws(ABIViolation) in
      try handles.take(handle, type: resource, in: source)
    }
    entry.scope = nil
    return handles.insert(entry, into: target)
  }

  /// The component instance that defines a resource gets its representation, others a handle.
  private func lower(borrowed lent: HandleTable.Entry, into instance: Int) throws(HostFault) -> UInt32 {
    if lent.type.definer == instance { return lent.representation }
    try checkHandleLimit()
    return handles.borrow(lent, into: instance)
  }

  // MARK: Between the guest and the host's values

  /// Objects of the host's as arguments of a function that takes nothing but owned handles, in this order.
  package func hold(_ objects: [any HostResource], for export: BoundExport) -> [Value] {
    let parameters = export.planned.signature?.type.parameters ?? []
    return zip(objects, parameters).compactMap { object, parameter in
      guard case .own(let type) = parameter.type else { return nil }
      held[nextHeld] = HandleTable.Entry(type: type, representation: 0, object: object, owned: true)
      nextHeld += 1
      return .resource(ResourceReference(process: pid, handle: nextHeld - 1, type: type.name))
    }
  }

  /// A resource leaves the guest as a value.
  func liftResource(
    _ handle: UInt32, _ type: ResourceType, isOwned: Bool, from instance: Int
  ) throws(ABIViolation) -> ResourceReference {
    let entry =
      isOwned
      ? try handles.take(handle, type: type, in: instance) : try handles.entry(handle, type: type, in: instance)
    held[nextHeld] = entry
    nextHeld += 1
    return ResourceReference(process: pid, handle: nextHeld - 1, type: type.name)
  }

  /// A resource that left the guest comes back, for good or for the length of a call.
  func lowerResource(
    _ reference: ResourceReference, _ type: ResourceType, isOwned: Bool, into instance: Int
  ) throws(ABIViolation) -> UInt32 {
    guard reference.process == pid, let entry = held[reference.handle], entry.type == type else {
      throw ABIViolation("the resource \(reference.type) is not one of this process's \(type.name)")
    }
    guard isOwned else {
      return type.definer == instance ? entry.representation : handles.borrow(entry, into: instance)
    }
    held[reference.handle] = nil
    return handles.insert(entry, into: instance)
  }
}
