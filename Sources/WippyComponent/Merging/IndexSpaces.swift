/// Where the items of one core module are in the merged module, by their index in the own one.
struct IndexSpaces {
  var functions: [UInt32] = []
  var tables: [UInt32] = []
  var memories: [UInt32] = []
  var globals: [UInt32] = []
  var tags: [UInt32] = []
  // These are never imported, so that they only move.
  var typeBase: UInt32 = 0
  var typeCount: UInt32 = 0
  var elementBase: UInt32 = 0
  var elementCount: UInt32 = 0
  var dataBase: UInt32 = 0
  var dataCount: UInt32 = 0

  /// Where an item of a sort is.
  func index(of index: UInt32, _ sort: CoreSort) throws(MergeRefusal) -> UInt32 {
    let space: [UInt32] =
      switch sort {
      case .function: functions
      case .table: tables
      case .memory: memories
      case .global: globals
      case .tag: tags
      case .type, .module, .instance: []
      }
    guard index < space.count else { throw MergeRefusal("there is no item \(index)") }
    return space[Int(index)]
  }
}
