import WippyCore
import WippyEngine

extension LinkedFunction {
  /// The type that it has. A module that imports it as anything else must not get it: arguments are read by this.
  func coreType(in plan: GuestPlan) -> CoreFunctionType {
    switch self {
    case .immediate(let index): plan.imports[index].coreType
    case .start(let index): CoreFunctionType(parameters: plan.imports[index].coreType.parameters, results: [.i64])
    case .wait: CoreFunctionType(parameters: [], results: [.i64])
    case .fail, .finished, .enterScope, .exitScope: CoreFunctionType(parameters: [], results: [])
    case .allocated: CoreFunctionType(parameters: [.i32], results: [.i64])
    case .begin(let type): CoreFunctionType(parameters: [], results: [.i64] + type.parameters)
    case .granted(let type): CoreFunctionType(parameters: [.i32], results: [.i64] + type.parameters)
    case .returned(let type, _): CoreFunctionType(parameters: type.results, results: [])
    case .result(let type): CoreFunctionType(parameters: [], results: [type])
    case .resourceNew, .resourceRep, .transfer: CoreFunctionType(parameters: [.i32], results: [.i32])
    case .resourceDrop, .violation: CoreFunctionType(parameters: [.i32], results: [])
    case .resourceRemove: CoreFunctionType(parameters: [.i32], results: [.i64])
    case .unsupported(_, let type, _): type
    case .transcode: CoreFunctionType(parameters: [.i32, .i32, .i32], results: [.i32])
    }
  }

  /// What functions are defined with: the plan, and what its numbers stand for.
  struct Definitions {
    var plan: GuestPlan
    var imports: [BoundImport]
    /// The numbers of the memories of each pair.
    var memoryPairs: [(source: Int, target: Int)]
  }

  /// Defines the function in a linker.
  func define(
    in linker: borrowing Linker, as place: (module: String, name: String), _ definitions: Definitions
  ) throws(EngineError) {
    let type = coreType(in: definitions.plan)
    switch self {
    case .immediate(let index):
      let linked = definitions.imports[index]
      guard case .immediate(let function) = linked.planned.function else { return }
      try define(in: linker, place, type) { (guest, context, values) throws(HostFault) in
        try guest.checkMayLeave(linked.planned.instance)
        try function(HostCall(guest: guest, context: context, values: values, linked: linked))
      }
    case .start(let index):
      let linked = definitions.imports[index]
      guard case .resumable(let function) = linked.planned.function else { return }
      let resultPlace =
        linked.planned.signature?.resultInMemory == true ? linked.planned.coreType.parameters.count - 1 : nil
      try define(in: linker, place, type) { (guest, context, values) throws(HostFault) in
        try guest.checkMayLeave(linked.planned.instance)
        if let resultPlace { guest.resultAddress = values.u32(resultPlace) }
        guest.current = linked
        let call = HostCall(guest: guest, context: context, values: values, linked: linked)
        values.set(0, u64: try guest.command(for: function(call), context))
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
    case .begin:
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in try guest.beginServing(values) }
    case .granted:
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.granted(Int(values.u32(0)), values)
      }
    case .returned(let lifted, let isLast):
      let result = lifted.results.first
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        if let plain = guest.plain {
          try guest.returned(plain, values)
        } else {
          try guest.returned(result.map { CoreValue(bits: values, 0, as: $0) })
        }
        if isLast { guest.finished() }
      }
    case .finished: try linker.defineNotice(module: place.module, name: place.name)
    case .resourceNew, .resourceRep, .resourceDrop, .resourceRemove, .transfer, .enterScope, .exitScope:
      try defineResourceFunction(in: linker, place, type)
    case .violation:
      try define(in: linker, place, type) { (_, _, values) throws(HostFault) in
        throw .trap(CallViolation(rawValue: values.u32(0))?.message ?? "unreachable")
      }
    case .unsupported(let name, _, let instance):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.callUnsupported(name, values, instance)
      }
    case .transcode(let transcoding, let index):
      let pair = definitions.memoryPairs[index]
      try define(in: linker, place, type) { (guest, context, values) throws(HostFault) in
        guard let source = guest.memory(pair.source), let target = guest.memory(pair.target) else {
          throw .trap("a memory is not there")
        }
        do throws(ABIViolation) {
          let written = try transcoding.run(
            GuestMemory(context.bytes(of: source)), values.u32(0), units: values.u32(1),
            GuestMemory(context.bytes(of: target)), values.u32(2))
          values.set(0, i32: written)
        } catch {
          throw .trap(error.message)
        }
      }
    }
  }

  private func defineResourceFunction(
    in linker: borrowing Linker, _ place: (module: String, name: String), _ type: CoreFunctionType
  ) throws(EngineError) {
    switch self {
    case .resourceNew(let resource, let instance):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.checkMayLeave(instance)
        let entry = HandleTable.Entry(type: resource, representation: values.u32(0), object: nil, owned: true)
        values.set(0, u32: try guest.insert(entry, into: instance))
      }
    case .resourceRep(let resource, let instance):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        values.set(
          0,
          u32: try guest.withHandles { handles throws(ABIViolation) in
            try handles.entry(values.u32(0), type: resource, in: instance).representation
          })
      }
    case .resourceDrop(let resource, let instance):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.checkMayLeave(instance)
        _ = try guest.withHandles { handles throws(ABIViolation) in
          try handles.drop(values.u32(0), type: resource, in: instance)
        }
      }
    case .resourceRemove(let resource, let instance):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        try guest.checkMayLeave(instance)
        let entry = try guest.withHandles { handles throws(ABIViolation) in
          try handles.drop(values.u32(0), type: resource, in: instance)
        }
        values.set(0, i64: entry.owned ? Int64(entry.representation) : -1)
      }
    case .transfer(let resource, let isOwned, let from, let to):
      try define(in: linker, place, type) { (guest, _, values) throws(HostFault) in
        let handle = values.u32(0)
        values.set(0, u32: try guest.transfer(handle, resource, isOwned: isOwned, from: from, to: to))
      }
    case .enterScope:
      try define(in: linker, place, type) { (guest, _, _) throws(HostFault) in guest.handles.enterScope() }
    case .exitScope:
      try define(in: linker, place, type) { (guest, _, _) throws(HostFault) in
        try guest.withHandles { handles throws(ABIViolation) in try handles.exitScope() }
      }
    default: return
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
