import WippyCore

/// Decides which engine serves the next process: counts in, decisions out.
///
/// One pool cannot serve both a quick start and ten thousand processes: 100 stacks are ready in less than a
/// millisecond, 11,000 take 30 ms and 22,000 mappings. So there is a small pool first, larger ones when it is full,
/// and an engine without a pool for what fits no slot. A process goes to the smallest engine that has room, which
/// lets the large ones run empty; an empty one is dropped after a while, and its memory goes back.
package struct TierPolicy: Sendable {
  package struct Settings: Sendable, Hashable {
    /// Processes in each pool; the last size repeats while the machine has room.
    package var poolSizes = [100, 1000, 11_000]
    /// Mappings that are left to everything else: threads, libraries, compiled code.
    package var mappingReserve = 1500
    /// How long an engine beyond the first stays empty before it is dropped.
    package var idleNanoseconds: UInt64 = 10_000_000_000
    /// Address space for the memories of all processes: three quarters of 47 bits.
    package var addressSpace: UInt64 = 96 << 40

    package init() {}
  }

  /// Names one engine of a policy; never reused.
  package struct EngineID: Hashable, Sendable {
    let number: Int
  }

  package enum Decision: Sendable, Hashable {
    /// The process has its place in this engine.
    case place(EngineID)
    /// An engine with this configuration has to be made first; then `add` it, and ask again.
    case grow(EngineConfiguration)
    case exhausted(Exhaustion)
  }

  /// Mappings of one process: a stack with its guard page, and a memory in three parts (image, rest, reserve).
  static let mappingsOfStack = 2
  static let mappingsOfMemory = 3
  /// An engine without a pool needs one more for each memory.
  static let extraMappingsOnDemand = 1

  private struct Tier {
    let id: EngineID
    let configuration: EngineConfiguration
    var processes = 0
    var used = ProcessDemand.zero
    var emptySince: MonotonicTime?

    var pool: PoolConfiguration? { configuration.pool }
    var capacity: Int { pool?.processes ?? .max }
  }

  private let settings: Settings
  private let machine: MachineLimits
  /// In the order in which they are tried: pools from small to large, then the engine without a pool.
  private var tiers: [Tier] = []
  private var nextNumber = 0
  /// Set when a pool could not be made, so that the next process does not try again.
  private var poolsAreRefused = false

  /// A policy for a machine that already uses `machine.mappingsInUse` mappings.
  package init(machine: MachineLimits, settings: Settings = Settings()) {
    self.machine = machine
    self.settings = settings
  }

  /// Processes in all engines.
  package var processes: Int { tiers.reduce(0) { $0 + $1.processes } }

  /// Finds a place for a process. `place` has taken it: give it back with `release`.
  package mutating func admit(_ demand: ProcessDemand) -> Decision {
    // By index: a tier is large to copy, and every spawn passes here.
    if let index = tiers.indices.first(where: { hasRoom($0, for: demand) }) { return take(index, demand) }
    if let size = nextPoolSize() {
      let configuration = EngineConfiguration(pool: PoolConfiguration(processes: size))
      if fits(demand, configuration.pool) { return .grow(configuration) }
    }
    if hasMappings(for: demand) {
      guard let index = tiers.firstIndex(where: { $0.pool == nil }) else { return .grow(EngineConfiguration()) }
      return take(index, demand)
    }
    return .exhausted(Exhaustion(processes: processes, mappingLimit: machine.mappingLimit))
  }

  /// An engine was made as `admit` asked.
  package mutating func add(_ configuration: EngineConfiguration, now: MonotonicTime) -> EngineID {
    let id = EngineID(number: nextNumber)
    nextNumber += 1
    let tier = Tier(id: id, configuration: configuration, emptySince: now)
    tiers.insert(tier, at: tiers.firstIndex { $0.capacity > tier.capacity } ?? tiers.endIndex)
    return id
  }

  /// A pool could not be made: until an engine is dropped, processes go to an engine without one.
  package mutating func refusePools() { poolsAreRefused = true }

  /// A process of this engine has ended and everything it held is free.
  package mutating func release(_ id: EngineID, _ demand: ProcessDemand, now: MonotonicTime) {
    guard let index = tiers.indices.first(where: { tiers[$0].id == id }), tiers[index].processes > 0 else { return }
    tiers[index].processes -= 1
    tiers[index].used -= demand
    if tiers[index].processes == 0 { tiers[index].emptySince = now }
  }

  /// Forgets the engines that have been empty for long enough, and names them. The first pool stays.
  package mutating func dropIdle(now: MonotonicTime) -> [EngineID] {
    var dropped: [EngineID] = []
    for tier in tiers where tier.id != tiers.first?.id {
      guard let since = tier.emptySince, now.nanoseconds(since: since) >= settings.idleNanoseconds else { continue }
      dropped.append(tier.id)
    }
    if !dropped.isEmpty {
      tiers.removeAll { dropped.contains($0.id) }
      poolsAreRefused = false
    }
    return dropped
  }

  // MARK: - Room

  private mutating func take(_ index: Int, _ demand: ProcessDemand) -> Decision {
    tiers[index].processes += 1
    tiers[index].used += demand
    tiers[index].emptySince = nil
    return .place(tiers[index].id)
  }

  private func hasRoom(_ index: Int, for demand: ProcessDemand) -> Bool {
    guard let pool = tiers[index].pool else { return false }
    return tiers[index].processes < pool.processes && fits(demand, pool)
      && tiers[index].used.instances + demand.instances <= pool.instances
      && tiers[index].used.memories + demand.memories <= pool.memories
      && tiers[index].used.tables + demand.tables <= pool.tables
  }

  /// Whether an empty pool of this shape would take the process.
  private func fits(_ demand: ProcessDemand, _ pool: PoolConfiguration?) -> Bool {
    guard let pool else { return false }
    return demand.memoryBytes <= pool.memoryBytes && demand.tableElements <= pool.tableElements
      && demand.instances <= pool.instances && demand.memories <= pool.memories && demand.tables <= pool.tables
  }

  private var freeMappings: Int {
    let used = tiers.reduce(0) { sum, tier in
      if let pool = tier.pool { return sum + TierPolicy.mappings(of: pool) }
      return sum + tier.processes * TierPolicy.mappingsOfStack
        + tier.used.memories * (TierPolicy.mappingsOfMemory + TierPolicy.extraMappingsOnDemand)
    }
    return machine.mappingLimit - machine.mappingsInUse - settings.mappingReserve - used
  }

  /// Mappings of a pool whose processes have all started.
  private static func mappings(of pool: PoolConfiguration) -> Int {
    pool.stacks * mappingsOfStack + pool.processes * mappingsOfMemory
  }

  private func hasMappings(for demand: ProcessDemand) -> Bool {
    freeMappings >= TierPolicy.mappingsOfStack + demand.memories
      * (TierPolicy.mappingsOfMemory + TierPolicy.extraMappingsOnDemand)
      && freeAddressSpace >= UInt64(max(1, demand.memories)) << 32
  }

  private var freeAddressSpace: UInt64 {
    let used = tiers.reduce(UInt64(0)) { sum, tier in
      let slot = tier.configuration.memoryReservation + tier.configuration.memoryGuard
      return sum + UInt64(tier.pool?.memories ?? tier.used.memories) * slot
    }
    return settings.addressSpace > used ? settings.addressSpace - used : 0
  }

  /// The size of the next pool: the next of the list, or what the machine still holds of it.
  private func nextPoolSize() -> Int? {
    guard !poolsAreRefused, let last = settings.poolSizes.last else { return nil }
    var size = settings.poolSizes.first { size in !tiers.contains { $0.pool?.processes == size } } ?? last
    while size >= 50 {
      let configuration = EngineConfiguration(pool: PoolConfiguration(processes: size))
      if let pool = configuration.pool, TierPolicy.mappings(of: pool) <= freeMappings,
        UInt64(pool.memories) * (configuration.memoryReservation + configuration.memoryGuard) <= freeAddressSpace
      {
        return size
      }
      size = size * 15 / 16
    }
    return nil
  }
}
