/// All handles of a guest: a table for each of its component instances, and the calls that handles are lent to.
///
/// Source: CanonicalABI.md, "Resource State", "Task State" (`num_borrows`) and "Subtask State" (`lenders`).
package struct GuestHandles {
  /// A call with borrowed handles among its arguments.
  private struct Scope {
    /// What was lent to it, and is given back at its end.
    var lenders: [(instance: Int, handle: UInt32)] = []
    /// The handles that the callee got, and has not dropped yet.
    var borrows = 0
  }

  private let instances: Int
  /// None until something is inserted: most guests hold nothing.
  private var tables: [HandleTable] = []
  private var scopes: [Scope] = []
  /// Those of all instances.
  package private(set) var count = 0

  init(instances: Int) {
    self.instances = max(1, instances)
  }

  private mutating func makeTables() {
    if tables.isEmpty { tables = Array(repeating: HandleTable(), count: instances) }
  }

  func entry(_ handle: UInt32, in instance: Int) throws(ABIViolation) -> HandleTable.Entry {
    guard !tables.isEmpty else { return try HandleTable().entry(handle) }
    return try tables[instance].entry(handle)
  }

  func entry(_ handle: UInt32, type: ResourceType, in instance: Int) throws(ABIViolation) -> HandleTable.Entry {
    guard !tables.isEmpty else { return try HandleTable().entry(handle) }
    return try tables[instance].entry(handle, type: type)
  }

  mutating func insert(_ entry: HandleTable.Entry, into instance: Int) -> UInt32 {
    makeTables()
    count += 1
    return tables[instance].insert(entry)
  }

  /// Removes a handle that is dropped.
  mutating func drop(_ handle: UInt32, type: ResourceType, in instance: Int) throws(ABIViolation) -> HandleTable.Entry {
    makeTables()
    let entry = try tables[instance].remove(handle, type: type)
    count -= 1
    if let scope = entry.scope, scope < scopes.count { scopes[scope].borrows -= 1 }
    return entry
  }

  /// Removes an owned handle that is given away.
  mutating func take(_ handle: UInt32, type: ResourceType, in instance: Int) throws(ABIViolation) -> HandleTable.Entry {
    makeTables()
    let entry = try tables[instance].take(handle, type: type)
    count -= 1
    return entry
  }

  /// The resource behind a handle that is lent to the innermost call.
  mutating func lend(_ handle: UInt32, type: ResourceType, in instance: Int) throws(ABIViolation) -> HandleTable.Entry {
    makeTables()
    guard !scopes.isEmpty else { return try tables[instance].entry(handle, type: type) }
    let entry = try tables[instance].lend(handle, type: type)
    scopes[scopes.count - 1].lenders.append((instance, handle))
    return entry
  }

  /// A borrowed handle of what is lent to the innermost call; only the call's callee gets it.
  mutating func borrow(_ lent: HandleTable.Entry, into instance: Int) -> UInt32 {
    var entry = HandleTable.Entry(
      type: lent.type, representation: lent.representation, object: lent.object, owned: false)
    if !scopes.isEmpty {
      entry.scope = scopes.count - 1
      scopes[scopes.count - 1].borrows += 1
    }
    return insert(entry, into: instance)
  }

  // MARK: Calls

  /// A call of the host's has returned: what it left of the host's resources is dropped. `false` while calls are under
  /// way.
  mutating func endCall() -> Bool {
    guard scopes.isEmpty else { return false }
    guard count > 0 else { return true }
    for index in tables.indices { tables[index].removeCallResources() }
    count = tables.reduce(0) { $0 + $1.count }
    return true
  }

  mutating func enterScope() { scopes.append(Scope()) }

  /// Ends the innermost call: it must have dropped what it borrowed, and what was lent to it is free again.
  mutating func exitScope() throws(ABIViolation) {
    guard let scope = scopes.popLast() else { return }
    guard scope.borrows == 0 else {
      throw ABIViolation("borrow handles still remain at the end of the call: \(scope.borrows)")
    }
    for lender in scope.lenders { tables[lender.instance].giveBack(lender.handle) }
  }
}
