import WippyCore
import WippyEngine

extension LinkedFunction {
  /// The type that it has. A module that imports it as anything else must not get it: arguments are read by this.
  func coreType(in plan: GuestPlan) -> CoreFunctionType {
    switch self {
    case .immediate(let index): plan.imports[index].coreType
    case .start(let index): CoreFunctionType(parameters: plan.imports[index].coreType.parameters, results: [.i64])
    case .wait: CoreFunctionType(parameters: [], results: [.i64])
    case .fail: CoreFunctionType(parameters: [], results: [])
    case .allocated: CoreFunctionType(parameters: [.i32], results: [.i64])
    case .result(let type): CoreFunctionType(parameters: [], results: [type])
    case .resourceNew, .resourceRep: CoreFunctionType(parameters: [.i32], results: [.i32])
    case .resourceDrop: CoreFunctionType(parameters: [.i32], results: [])
    case .resourceRemove: CoreFunctionType(parameters: [.i32], results: [.i64])
    }
  }

  /// Defines the function in a linker.
  func define(
    in linker: borrowing Linker, as place: (module: String, name: String), plan: GuestPlan, imports: [BoundImport]
  ) throws(EngineError) {
    let type = coreType(in: plan)
    switch self {
    case .immediate(let index):
      let linked = imports[index]
      guard case .immediate(let function) = linked.planned.function else { return }
      try define(in: linker, place, type) { (guest, context, values) throws(HostFault) in
        try guest.checkMayLeave()
        try function(HostCall(guest: guest, context: context, values: values, linked: linked))
      }
    case .start(let index):
      let linked = imports[index]
      guard case .resumable(let function) = linked.planned.function else { return }
      let resultPlace =
        linked.planned.signature?.resultInMemory == true ? linked.planned.coreType.parameters.count - 1 : nil
      try define(in: linker, place, type) { (guest, context, values) throws(HostFault) in
        try guest.checkMayLeave()
        if let resultPlace { guest.resultAddress = values.u32(resultPlace) }
        guest.current = linked
        let reply = try function(HostCall(guest: guest, context: context, values: values, linked: linked))
        values.set(0, u64: try guest.command(for: reply, context))
      }
    case .wait: try linker.defineWait(module: place.module, name: place.name)
    case .fail:
      try define(in: linker, place, type) { (guest, _, _) throws(HostFault) in throw guest.takeWaitFault() }
    case .allocated:
      try define(in: linker, place, type) { (guest, context, values) throws(HostFault) in
        values.set(0, u64: try guest.allocated(values.u32(0), context))
      }
    case .result:
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        values.set(0, u64: guest.flatResult)
      }
    case .resourceNew(let resource):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.checkMayLeave()
        let entry = HandleTable.Entry(type: resource, representation: values.u32(0), object: nil, owned: true)
        values.set(0, u32: try guest.insert(entry))
      }
    case .resourceRep(let resource):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        values.set(0, u32: try guest.withHandles { table throws(ABIViolation) in
          try table.entry(values.u32(0), type: resource).representation
        })
      }
    case .resourceDrop(let resource):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.checkMayLeave()
        _ = try guest.withHandles { table throws(ABIViolation) in try table.remove(values.u32(0), type: resource) }
      }
    case .resourceRemove(let resource):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.checkMayLeave()
        let entry = try guest.withHandles { table throws(ABIViolation) in
          try table.remove(values.u32(0), type: resource)
        }
        values.set(0, i64: entry.owned ? Int64(entry.representation) : -1)
      }
    }
  }

  private func define(
    in linker: borrowing Linker, _ place: (module: String, name: String), _ type: CoreFunctionType,
    _ body: @escaping @Sendable (GuestInstance, StoreContext, RawValues) throws(HostFault) -> Void
  ) throws(EngineError) {
    try linker.define(module: place.module, name: place.name, type: type) { owner, context, values in
      // Only guests own the stores that these linkers are used with.
      let guest = unsafeDowncast(owner, to: GuestInstance.self)
      do throws(HostFault) {
        try body(guest, context, values)
        return .done
      } catch {
        return guest.outcome(of: error)
      }
    }
  }
}
