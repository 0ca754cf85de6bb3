import WippyCore
import WippyEngine

/// One call of a host function: its arguments as flat core values, the guest's memory, and the places for
/// results. Not to be kept.
package struct HostCall: ~Copyable {
  // Both outlive the call: it counts no references.
  package unowned(unsafe) let guest: GuestInstance
  package let context: StoreContext
  let values: RawValues
  unowned(unsafe) let linked: BoundImport

  // MARK: Arguments, by their place among the flat core values

  package func u32(_ index: Int) -> UInt32 { values.u32(index) }
  package func u64(_ index: Int) -> UInt64 { values.u64(index) }
  package func bool(_ index: Int) -> Bool { values.u32(index) != 0 }

  /// The object behind a borrowed handle.
  package func resource<Object: AnyObject>(
    _ index: Int, as type: Object.Type
  ) throws(HostFault) -> Object {
    try object(ofHandle: values.u32(index), as: type)
  }

  package func object<Object: AnyObject>(ofHandle handle: UInt32, as type: Object.Type) throws(HostFault) -> Object {
    do throws(ABIViolation) {
      let entry = try guest.handles.entry(handle, in: linked.planned.instance)
      guard let object = entry.object as? Object else {
        throw ABIViolation("handle \(handle) is a \(entry.type.name)")
      }
      return object
    } catch {
      throw .trap(error.message)
    }
  }

  /// A string, whose address and length are the argument `index` and the one after it; `nil` when it has more than `limit`
  /// code units, which are not looked at then.
  package func string(_ index: Int, limit: UInt32) throws(HostFault) -> String? {
    let address = values.u32(index)
    let units = values.u32(index + 1)
    return try withMemory { memory throws(ABIViolation) in
      try memory.check(address, count: UInt64(units & 0x7fff_ffff))
      guard units & 0x7fff_ffff <= limit else { return nil }
      var lifting = Lifting(memory: memory, encoding: linked.planned.encoding) { (_, _, _) throws(ABIViolation) in
        throw ABIViolation("a string has no handles")
      }
      return try lifting.string(address, units: units)
    }
  }

  // MARK: Memory

  /// The memory that the import was lowered with, as long as the guest does not run.
  package func memory() throws(HostFault) -> GuestMemory {
    guard let memory = guest.memory(linked.memory) else { throw .trap("the import was lowered without a memory") }
    return GuestMemory(context.bytes(of: memory))
  }

  /// Runs `body` with the memory, and traps where it reaches outside.
  package func withMemory<Result>(
    _ body: (GuestMemory) throws(ABIViolation) -> Result
  ) throws(HostFault) -> Result {
    let memory = try memory()
    do throws(ABIViolation) {
      return try body(memory)
    } catch {
      throw .trap(error.message)
    }
  }

  /// A string argument, in the encoding that the import was lowered with.
  package func string(at address: UInt32, units: UInt32) throws(HostFault) -> String {
    let encoding = linked.planned.encoding
    return try withMemory { memory throws(ABIViolation) in
      var lifting = Lifting(memory: memory, encoding: encoding) { (_, _, _) throws(ABIViolation) in
        throw ABIViolation("a string has no resources")
      }
      return try lifting.string(address, units: units)
    }
  }

  // MARK: Results of immediate functions

  package func `return`(u32 value: UInt32) { values.set(0, u32: value) }
  package func `return`(u64 value: UInt64) { values.set(0, u64: value) }

  // MARK: New handles

  /// Gives the guest a handle of the resource type that the function's type names `name`.
  package func insert(_ object: any HostResource, resource: ResourceType) throws(HostFault) -> UInt32 {
    try guest.insert(
      .init(type: resource, representation: 0, object: object, owned: true), into: linked.planned.instance)
  }

  /// The resource type that the function returns as `own<...>`, directly or inside of a result.
  package var returnedResource: ResourceType? { linked.planned.returnedResource }

  /// All of them, in the order of the type: the parts of a tuple, of which there may be several.
  package var returnedResources: [ResourceType] { linked.planned.signature?.type.result?.ownedResources ?? [] }

  /// Inserts `object` with the type that the function returns, as a value for `HostReply.value`.
  package func own(_ object: any HostResource) throws(HostFault) -> Value {
    guard let type = returnedResource else { throw .trap("the import's type returns no resource") }
    return .resource(ResourceReference(process: guest.pid, handle: try insert(object, resource: type), type: type.name))
  }
}
