/// The resources that one component instance holds, by handle: its own and those that were lent to it.
///
/// Handles start at 1 and are reused, the last freed one first. Source: CanonicalABI.md, "Table State" and
/// "Resource State".
package struct HandleTable {
  package struct Entry {
    package let type: ResourceType
    /// What a guest-defined resource is to its guest; 0 for the host's resources.
    package let representation: UInt32
    /// The host's object behind the handle; `nil` for guest-defined resources.
    package let object: (any HostResource)?
    package let owned: Bool
    /// The calls that this handle is lent to at the moment.
    var lends = 0
    /// The place of the call that a borrowed handle belongs to among those under way.
    var scope: Int?

    package init(type: ResourceType, representation: UInt32, object: (any HostResource)?, owned: Bool) {
      self.type = type
      self.representation = representation
      self.object = object
      self.owned = owned
    }
  }

  // Empty until something is inserted: most instances hold nothing.
  private var entries: [Entry?] = []
  private var free: [UInt32] = []
  package private(set) var count = 0

  package init() {}

  package mutating func insert(_ entry: Entry) -> UInt32 {
    count += 1
    if let handle = free.popLast() {
      entries[Int(handle)] = entry
      return handle
    }
    if entries.isEmpty { entries.append(nil) }
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

  /// Removes a handle in order to drop it.
  package mutating func remove(_ handle: UInt32, type: ResourceType) throws(ABIViolation) -> Entry {
    let entry = try entry(handle, type: type)
    guard entry.lends == 0 else {
      throw ABIViolation("cannot remove owned resource while borrowed: handle \(handle) is lent to a call")
    }
    if let children = entry.object?.openChildren, children > 0 {
      throw ABIViolation("handle \(handle) is a \(entry.type.name) with \(children) open children: drop them first")
    }
    entries[Int(handle)] = nil
    free.append(handle)
    count -= 1
    return entry
  }

  /// Removes an owned handle in order to give it away.
  mutating func take(_ handle: UInt32, type: ResourceType) throws(ABIViolation) -> Entry {
    guard try entry(handle, type: type).owned else {
      throw ABIViolation("handle \(handle) is borrowed: it cannot be given away as `own<\(type.name)>`")
    }
    return try remove(handle, type: type)
  }

  /// Removes the host's resources that do not outlive a call.
  mutating func removeCallResources() {
    for (handle, entry) in entries.enumerated() {
      guard let object = entry?.object, !object.outlivesCall else { continue }
      entries[handle] = nil
      free.append(UInt32(handle))
      count -= 1
    }
  }

  /// Counts a call that the handle is lent to.
  mutating func lend(_ handle: UInt32, type: ResourceType) throws(ABIViolation) -> Entry {
    let entry = try entry(handle, type: type)
    entries[Int(handle)]?.lends += 1
    return entry
  }

  mutating func giveBack(_ handle: UInt32) {
    guard handle < entries.count else { return }
    entries[Int(handle)]?.lends -= 1
  }
}
