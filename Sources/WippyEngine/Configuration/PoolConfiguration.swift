/// What an engine's pool holds ready: how many slots of each sort, and how large they are.
package struct PoolConfiguration: Sendable, Hashable {
  /// Processes that the pool is meant for.
  package var processes: Int
  /// Fiber stacks: one for each process, and one for each nested call that may suspend.
  package var stacks: Int
  /// Core instances; a component takes one for each of its modules.
  package var instances: Int
  package var memories: Int
  package var tables: Int
  /// How far one memory can grow, in bytes.
  package var memoryBytes: UInt64
  /// How far one table can grow, in elements.
  package var tableElements: Int
  /// The largest instance record (globals, imports, ...), in bytes. A limit, not a reservation.
  package var instanceBytes: Int
  /// Bytes of a freed memory that are zeroed in place, and stay resident, instead of being given back.
  package var memoryKeepResident: Int
  /// The same for a freed table.
  package var tableKeepResident: Int
  /// The same for a freed stack.
  package var stackKeepResident: Int
  /// Freed slots that keep their module's image mapped, so that the same module starts faster.
  package var warmSlots: Int
  /// Freed slots that are given back to the kernel together.
  package var decommitBatch: Int

  /// A pool for `processes` processes with one memory each.
  ///
  /// Stacks and memories have a little room beyond that, for nested calls and for components with several
  /// memories. A freed memory keeps one page, which lets a small guest start twice as fast; zeroing 64 KiB of it
  /// would cost every process a microsecond.
  package init(processes: Int) {
    let (room, overflow) = processes.addingReportingOverflow(max(8, processes / 32))
    let slots = overflow ? processes : room
    self.processes = processes
    stacks = slots
    memories = slots
    instances = PoolConfiguration.product(slots, 16)
    tables = PoolConfiguration.product(slots, 4)
    memoryBytes = 1 << 32
    tableElements = 65_536
    instanceBytes = 16 << 20
    memoryKeepResident = 4096
    tableKeepResident = 4096
    stackKeepResident = 4096
    warmSlots = 100
    decommitBatch = 16
  }

  private static func product(_ left: Int, _ right: Int) -> Int {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? .max : product
  }
}
