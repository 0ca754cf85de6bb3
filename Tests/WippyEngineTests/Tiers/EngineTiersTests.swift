import Synchronization
import Testing
import WippyCore
import WippyEngine

@Suite struct EngineTiersTests {
  private let now = MonotonicTime(nanoseconds: 0)

  private final class FakeEngine: Sendable {
    let processes: Int?
    init(_ configuration: EngineConfiguration) { processes = configuration.pool?.processes }
  }

  private func processes(_ engine: any EngineTiers.Engine) -> Int? { (engine as? FakeEngine)?.processes }

  private let machine = MachineLimits(mappingLimit: 65_530, mappingsInUse: 300)

  @Test func enginesAreMadeWhenTheyAreNeededAndOnce() async throws {
    let made = Mutex<[Int?]>([])
    let tiers = EngineTiers(policy: TierPolicy(machine: machine)) { configuration in
      made.withLock { $0.append(configuration.pool?.processes) }
      return FakeEngine(configuration)
    }
    #expect(tiers.engines.isEmpty)
    let leases = try await withThrowingTaskGroup(of: [EngineTiers.Lease].self) { group in
      for _ in 0..<8 {
        group.addTask { try (0..<150).map { _ in try tiers.acquire(ProcessDemand(), now: now) } }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(made.withLock { $0 } == [100, 1000, 11_000])
    #expect(tiers.processes == 1200)
    #expect(leases.count { processes($0.engine) == 100 } == 100)
    for lease in leases { tiers.release(lease, now: now) }
    #expect(tiers.processes == 0)
    #expect(tiers.trim(now: .never).compactMap(processes).sorted() == [1000, 11_000])
    #expect(tiers.engines.map(processes) == [100])
  }

  @Test func aPoolThatCannotBeMadeIsReplaced() throws {
    let tiers = EngineTiers(policy: TierPolicy(machine: machine)) {
      configuration throws(EngineError) in
      if configuration.pool != nil { throw .configuration(field: "pool.memories", reason: "no room") }
      return FakeEngine(configuration)
    }
    let lease = try tiers.acquire(ProcessDemand(), now: now)
    #expect(processes(lease.engine) == nil)
  }

  @Test func whatTheFactorySaysLastReachesTheSpawn() {
    let tiers = EngineTiers(policy: TierPolicy(machine: machine)) {
      configuration throws(EngineError) in
      throw .refused(operation: "making an engine", message: configuration.pool == nil ? "last" : "first")
    }
    #expect(throws: EngineError.refused(operation: "making an engine", message: "last")) {
      try tiers.acquire(ProcessDemand(), now: now)
    }
    #expect(tiers.processes == 0)
  }

  @Test func realEnginesOfAllSizesCoexist() throws {
    let tiers = EngineTiers(policy: TierPolicy(machine: .current())) {
      configuration throws(EngineError) in
      do {
        return Box(engine: try BareEngine(configuration))
      } catch {
        throw error as? EngineError ?? .refused(operation: "making an engine", message: "\(error)")
      }
    }
    var leases: [EngineTiers.Lease] = []
    for _ in 0..<1101 { leases.append(try tiers.acquire(ProcessDemand(), now: now)) }
    leases.append(try tiers.acquire(ProcessDemand(memoryBytes: 1 << 40), now: now))
    #expect(tiers.engines.count == 4)
    for lease in leases { tiers.release(lease, now: now) }
    leases = []
    #expect(tiers.trim(now: .never).count == 3)
  }

  private final class Box: @unchecked Sendable {
    let engine: BareEngine
    init(engine: BareEngine) { self.engine = engine }
  }
}
