import WippyComponent
import WippyEngine

/// What one instance of a guest takes: counted over the modules that are instantiated for it.
struct GuestSize: Sendable {
  private(set) var instances = 0
  private(set) var memories = 0
  private(set) var tables = 0
  /// Bytes of all memories as they begin, and of the largest.
  private(set) var initialMemory: UInt64 = 0
  private(set) var largestMemory: UInt64 = 0
  private(set) var largestTable: UInt64 = 0
  private(set) var hasSharedMemory = false
  /// Whether a module has more memories or tables than a pool has for one module.
  private var exceedsPools = false

  private static let poolItemsPerModule = 16

  mutating func add(_ module: CoreModuleSummary) {
    instances += 1
    memories += module.memories.count
    tables += module.tables.count
    for memory in module.memories {
      let (bytes, overflow) = memory.minimum.multipliedReportingOverflow(by: 65_536)
      let size = overflow ? .max : bytes
      let (sum, sumOverflow) = initialMemory.addingReportingOverflow(size)
      initialMemory = sumOverflow ? .max : sum
      largestMemory = max(largestMemory, size)
      hasSharedMemory = hasSharedMemory || memory.isShared
    }
    for table in module.tables { largestTable = max(largestTable, table.minimum) }
    exceedsPools =
      exceedsPools || max(module.memories.count, module.tables.count) > GuestSize.poolItemsPerModule
  }

  /// What an engine has to have, when each memory may have `memoryLimit` bytes.
  func demand(memoryLimit: UInt64?) -> ProcessDemand {
    ProcessDemand(
      instances: instances, memories: memories, tables: tables, memoryBytes: memoryLimit ?? 1 << 32,
      tableElements: exceedsPools ? .max : Int(clamping: largestTable))
  }

  /// The bytes that each memory may have, so that all of them together stay within `limit`; a memory begins with what
  /// it declares, which was checked.
  func limitOfEach(within limit: UInt64?) -> UInt64? {
    guard let limit else { return nil }
    return max(largestMemory, limit / UInt64(max(1, memories)))
  }

  /// The elements that each table may have: eight bytes each, within the same limit.
  func tableLimit(within limit: UInt64?) -> UInt64? {
    guard let limit else { return nil }
    return max(largestTable, limit / 8 / UInt64(max(1, tables)))
  }
}
