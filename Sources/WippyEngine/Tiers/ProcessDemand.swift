/// What one process takes of an engine.
package struct ProcessDemand: Sendable, Hashable {
  /// Core instances: one for each module of a component.
  package var instances: Int
  package var memories: Int
  package var tables: Int
  /// The most that one of its memories may ever hold, in bytes.
  package var memoryBytes: UInt64
  /// The initial size of its largest table, in elements.
  package var tableElements: Int

  package init(
    instances: Int = 1, memories: Int = 1, tables: Int = 1, memoryBytes: UInt64 = 1 << 32, tableElements: Int = 0
  ) {
    self.instances = instances
    self.memories = memories
    self.tables = tables
    self.memoryBytes = memoryBytes
    self.tableElements = tableElements
  }

  static let zero = ProcessDemand(instances: 0, memories: 0, tables: 0, memoryBytes: 0)

  static func += (left: inout ProcessDemand, right: ProcessDemand) {
    left.instances += right.instances
    left.memories += right.memories
    left.tables += right.tables
  }

  static func -= (left: inout ProcessDemand, right: ProcessDemand) {
    left.instances -= right.instances
    left.memories -= right.memories
    left.tables -= right.tables
  }
}
