import Testing
import WippyCore

@testable import WippyEngine

@Suite struct TierPolicyTests {
  private static let machine = MachineLimits(mappingLimit: 65_530, mappingsInUse: 300)
  private let start = MonotonicTime(nanoseconds: 1_000)

  /// Admits one process, making engines as asked. Returns its engine, or why there is none.
  private func admit(
    _ policy: inout TierPolicy, _ demand: ProcessDemand = ProcessDemand(), made: inout [EngineConfiguration]
  ) -> Result<TierPolicy.EngineID, EngineError> {
    while true {
      switch policy.admit(demand) {
      case .place(let id): return .success(id)
      case .exhausted(let exhaustion): return .failure(.exhausted(exhaustion))
      case .grow(let configuration):
        made.append(configuration)
        _ = policy.add(configuration, now: start)
      }
    }
  }

  private func fill(
    _ policy: inout TierPolicy, _ count: Int, _ demand: ProcessDemand = ProcessDemand(),
    made: inout [EngineConfiguration]
  ) throws -> [TierPolicy.EngineID] {
    try (0..<count).map { _ in try admit(&policy, demand, made: &made).get() }
  }

  @Test func smallPoolsComeFirst() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    _ = try fill(&policy, 100, made: &made)
    #expect(made.map { $0.pool?.processes } == [100])
    _ = try fill(&policy, 1, made: &made)
    #expect(made.map { $0.pool?.processes } == [100, 1000])
    _ = try fill(&policy, 1000, made: &made)
    #expect(made.map { $0.pool?.processes } == [100, 1000, 11_000])
    #expect(policy.processes == 1101)
  }

  @Test func twelveThousandFitIntoAnOrdinaryMachine() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    _ = try fill(&policy, 12_000, made: &made)
    #expect(made.allSatisfy { $0.pool != nil })
    // Not reserved here, because other tests' engines have large parts of the address space meanwhile.
    let reserved = made.reduce(0 as UInt64) { sum, configuration in
      sum + UInt64(configuration.pool?.memories ?? 0) * (configuration.memoryReservation + configuration.memoryGuard)
    }
    #expect(reserved < 96 << 40)
  }

  @Test func aFullMachineSaysSo() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    var ids: [TierPolicy.EngineID] = []
    var failure: EngineError?
    while failure == nil, ids.count < 100_000 {
      switch admit(&policy, made: &made) {
      case .success(let id): ids.append(id)
      case .failure(let error): failure = error
      }
    }
    #expect((12_000...13_000).contains(ids.count))
    #expect(failure == .exhausted(Exhaustion(processes: ids.count, mappingLimit: 65_530)))
    let message = try #require(failure.map { "\($0)" })
    #expect(message.contains("\(ids.count) run") && message.contains("vm.max_map_count = 65530"))
    // The mappings that all of it takes are there.
    let mappings = made.reduce(0) { sum, configuration in
      sum + (configuration.pool.map { $0.stacks * 2 + $0.processes * 3 } ?? 0)
    }
    let onDemand = ids.count - made.reduce(0) { $0 + ($1.pool?.processes ?? 0) }
    #expect(mappings + onDemand * 6 + 300 < 65_530)
    // A place that is given back can be had again.
    policy.release(ids[50], ProcessDemand(), now: start)
    #expect(try admit(&policy, made: &made).get() == ids[50])
    #expect(throws: EngineError.self) { try admit(&policy, made: &made).get() }
  }

  @Test func aLargerMachineHoldsMoreUpToItsAddressSpace() throws {
    var policy = TierPolicy(machine: MachineLimits(mappingLimit: 1_000_000, mappingsInUse: 300))
    var made: [EngineConfiguration] = []
    _ = try fill(&policy, 23_000, made: &made)
    var count = 23_000
    while case .success = admit(&policy, made: &made), count < 50_000 { count += 1 }
    #expect((23_000..<26_000).contains(count))
  }

  @Test func aSmallMachineGetsSmallerPools() throws {
    var policy = TierPolicy(machine: MachineLimits(mappingLimit: 8000, mappingsInUse: 300))
    var made: [EngineConfiguration] = []
    var count = 0
    while case .success = admit(&policy, made: &made), count < 10_000 { count += 1 }
    #expect(count > 1000 && count < 1600)
    var tiny = TierPolicy(machine: MachineLimits(mappingLimit: 1700, mappingsInUse: 300))
    made = []
    #expect(throws: EngineError.self) { try admit(&tiny, made: &made).get() }
  }

  @Test func aProcessThatFitsNoSlotGetsNoPool() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    let small = try admit(&policy, made: &made).get()
    let demands = [
      ProcessDemand(memoryBytes: 1 << 33), ProcessDemand(tableElements: 100_000),
      ProcessDemand(instances: 10_000_000),
    ]
    let ids = try demands.map { try admit(&policy, $0, made: &made).get() }
    #expect(Set(ids).count == 1 && ids[0] != small)
    #expect(made.count == 2 && made[1].pool == nil)
    // An ordinary process still goes to the pool, and to a larger pool before that engine.
    #expect(try admit(&policy, made: &made).get() == small)
    _ = try fill(&policy, 200, made: &made)
    #expect(made.last?.pool?.processes == 1000)
  }

  @Test func manyMemoriesFillAPoolSooner() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    _ = try fill(&policy, 60, ProcessDemand(instances: 20, memories: 2, tables: 4), made: &made)
    #expect(made.map { $0.pool?.processes } == [100, 1000])
  }

  @Test func idleEnginesGoAndTheFirstStays() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    let ids = try fill(&policy, 1200, made: &made)
    #expect(made.count == 3)
    #expect(policy.dropIdle(now: .never) == [])
    let end = MonotonicTime(nanoseconds: 1_000_000_000)
    for id in ids { policy.release(id, ProcessDemand(), now: end) }
    #expect(policy.processes == 0)
    #expect(policy.dropIdle(now: end.advanced(byNanoseconds: 9_999_999_999)) == [])
    let dropped = policy.dropIdle(now: end.advanced(byNanoseconds: 10_000_000_000))
    #expect(dropped.count == 2)
    #expect(!dropped.contains(ids[0]))
    #expect(policy.dropIdle(now: .never) == [])
    // It grows again when it has to.
    made = []
    _ = try fill(&policy, 150, made: &made)
    #expect(made.map { $0.pool?.processes } == [1000])
  }

  @Test func aRefusedPoolLeavesTheOtherEngine() throws {
    var policy = TierPolicy(machine: Self.machine)
    guard case .grow(let pooled) = policy.admit(ProcessDemand()) else {
      Issue.record("no engine asked for")
      return
    }
    #expect(pooled.pool != nil)
    policy.refusePools()
    guard case .grow(let onDemand) = policy.admit(ProcessDemand()) else {
      Issue.record("no engine asked for")
      return
    }
    #expect(onDemand.pool == nil)
  }

  @Test func releasingWhatIsNotThereChangesNothing() throws {
    var policy = TierPolicy(machine: Self.machine)
    var made: [EngineConfiguration] = []
    let id = try admit(&policy, made: &made).get()
    policy.release(id, ProcessDemand(), now: start)
    policy.release(id, ProcessDemand(), now: start)
    #expect(policy.processes == 0)
    _ = try fill(&policy, 100, made: &made)
    #expect(made.count == 1)
  }
}
