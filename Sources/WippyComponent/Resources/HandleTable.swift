/// The resources that one guest holds, by handle: its own and those that were lent to it.
///
/// Handles start at 1 and are reused. Source: CanonicalABI.md, "Table State" and "Resource State".
package struct HandleTable {
  package struct Entry {
    package let type: ResourceType
    /// What a guest-defined resource is to its guest; 0 for the host's resources.
    package let representation: UInt32
    /// The host's object behind the handle; `nil` for guest-defined resources.
    package let object: (any HostResource)?
    package let owned: Bool
  }

  private var entries: [Entry?] = [nil]
  private var free: [UInt32] = []
  package private(set) var count = 0

  package init() {}

  package mutating func insert(_ entry: Entry) -> UInt32 {
    count += 1
    if let handle = free.popLast() {
      entries[Int(handle)] = entry
      return handle
    }
    entries.append(entry)
    return UInt32(entries.count - 1)
  }

  package func entry(_ handle: UInt32, type: ResourceType) throws(ABIViolation) -> Entry {
    let entry = try entry(handle)
    guard entry.type == type else {
      throw ABIViolation("handle \(handle) is a \(entry.type.name), not a \(type.name)")
    }
    return entry
  }

  package func entry(_ handle: UInt32) throws(ABIViolation) -> Entry {
    guard handle < entries.count, let entry = entries[Int(handle)] else {
      throw ABIViolation("unknown handle index \(handle)")
    }
    return entry
  }

  package mutating func remove(_ handle: UInt32, type: ResourceType) throws(ABIViolation) -> Entry {
    let entry = try entry(handle, type: type)
    if let children = entry.object?.openChildren, children > 0 {
      throw ABIViolation("handle \(handle) is a \(entry.type.name) with \(children) open children: drop them first")
    }
    entries[Int(handle)] = nil
    free.append(handle)
    count -= 1
    return entry
  }
}
