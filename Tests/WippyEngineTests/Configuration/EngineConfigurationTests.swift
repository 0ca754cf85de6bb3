import CWasmtime
import Testing
import WippyEngine

@Suite struct EngineConfigurationTests {
  private let machine = MachineLimits(mappingLimit: 65_530, mappingsInUse: 300)

  private func field(_ change: (inout EngineConfiguration, inout PoolConfiguration) -> Void) -> String? {
    var configuration = EngineConfiguration()
    var pool = PoolConfiguration(processes: 100)
    change(&configuration, &pool)
    configuration.pool = pool
    do {
      _ = try configuration.validated(on: machine)
      return nil
    } catch {
      guard case .configuration(let field, let reason) = error else { return "\(error)" }
      #expect(!reason.isEmpty)
      return field
    }
  }

  @Test(arguments: [nil, 1, 100, 1000])
  func makesAnEngine(processes: Int?) throws {
    let configuration = EngineConfiguration(pool: processes.map { PoolConfiguration(processes: $0) })
    let engine = try BareEngine(configuration)
    let module = try engine.compile(try BareEngine.wasm("(module (memory 1) (func (export \"f\")))"))
    wasmtime_module_delete(module)
  }

  @Test func everyTierIsValid() throws {
    #expect(field { $1 = PoolConfiguration(processes: 11_000) } == nil)
    #expect(field { $1 = PoolConfiguration(processes: 12_400) } == nil)
  }

  /// Each of these made `wasm_engine_new_with_config` abort in a process of its own.
  @Test func whatAbortsIsAnError() {
    #expect(field { configuration, _ in configuration.wasmStackBytes = 0 } == "wasmStackBytes")
    #expect(
      field { configuration, _ in configuration.wasmStackBytes = configuration.asyncStackBytes + 1 }
        == "wasmStackBytes")
    #expect(field { $1.memoryBytes = 1 << 32 + 1 } == "pool.memoryBytes")
    #expect(field { $1.memoryBytes = 1 << 32 + 65_536 } == "pool.memoryBytes")
    #expect(field { $1.memoryBytes = .max } == "pool.memoryBytes")
    #expect(field { configuration, _ in configuration.memoryReservation = 1 << 28 } == "pool.memoryBytes")
    #expect(field { configuration, _ in configuration.memoryGuard = .max } == "memoryGuard")
    #expect(field { configuration, _ in configuration.memoryReservation = .max } == "memoryReservation")
    #expect(field { $1.tableElements = .max } == "pool.tableElements")
    #expect(field { $1.tableElements = 1 << 40 } == "pool.tableElements")
    #expect(field { $1.memories = 30_000 } == "pool.memories")
    #expect(field { $1.memories = 40_000 } == "pool.memories")
    #expect(field { $1.stacks = 33_000 } == "pool.stacks")
    #expect(field { $1.stacks = Int(UInt32.max) } == "pool.stacks")
    #expect(field { $1.tables = Int(UInt32.max) } == "pool.tables")
    #expect(field { $1.memoryKeepResident = -4096 } == "pool.memoryKeepResident")
    #expect(field { $1.memoryKeepResident = .max } == "pool.memoryKeepResident")
    #expect(field { $1.stackKeepResident = .max } == "pool.stackKeepResident")
    #expect(field { $1.tableKeepResident = .max } == "pool.tableKeepResident")
  }

  /// These make an engine that cannot run anything, or that would abort later.
  @Test func whatMakesNoSenseIsAnError() {
    #expect(field { $1.stacks = 0 } == "pool.stacks")
    #expect(field { $1.memories = 0 } == "pool.memories")
    #expect(field { $1.tables = 0 } == "pool.tables")
    #expect(field { $1.instances = -1 } == "pool.instances")
    #expect(field { $1.memoryBytes = 0 } == "pool.memoryBytes")
    #expect(field { $1.memoryBytes = 65_537 } == "pool.memoryBytes")
    #expect(field { $1.memoryKeepResident = 1 } == "pool.memoryKeepResident")
    #expect(field { $1.instanceBytes = 0 } == "pool.instanceBytes")
    #expect(field { $1.decommitBatch = 0 } == "pool.decommitBatch")
    #expect(field { $1.warmSlots = -1 } == "pool.warmSlots")
    #expect(field { configuration, _ in configuration.asyncStackBytes = 786_433 } == "asyncStackBytes")
    #expect(field { configuration, _ in configuration.asyncStackBytes = .max } == "asyncStackBytes")
    #expect(field { configuration, _ in configuration.asyncStackBytes = .min } != nil)
    // No room for host functions: an overflow there aborts.
    #expect(
      field { configuration, _ in configuration.wasmStackBytes = configuration.asyncStackBytes }
        == "wasmStackBytes")
    #expect(field { configuration, _ in configuration.memoryGuard = 1 } == "memoryGuard")
    #expect(field { $1 = PoolConfiguration(processes: .max) } != nil)
    #expect(field { $1 = PoolConfiguration(processes: .min) } != nil)
  }

  @Test func aPoolThatNeedsMoreMappingsThanAreFreeSaysWhichLimitToRaise() {
    let full = MachineLimits(mappingLimit: 65_530, mappingsInUse: 65_000)
    let configuration = EngineConfiguration(pool: PoolConfiguration(processes: 1000))
    #expect(throws: EngineError.self) { try configuration.validated(on: full) }
    do {
      _ = try configuration.validated(on: full)
    } catch {
      #expect("\(error)".contains("vm.max_map_count = 65530"))
    }
  }

  @Test func theMachineTellsItsLimits() {
    let limits = MachineLimits.current()
    #expect(limits.mappingLimit > 1000)
    #expect(limits.mappingsInUse > 10 && limits.mappingsInUse < limits.mappingLimit)
  }

  @Test func codeIsExchangeableBetweenPoolsAndNot() throws {
    let pooled = EngineConfiguration(pool: PoolConfiguration(processes: 10))
    let onDemand = EngineConfiguration()
    #expect(pooled.codeFingerprint == onDemand.codeFingerprint)
    let from = try BareEngine(onDemand)
    let module = try from.compile(try BareEngine.wasm("(module (memory 1) (data (i32.const 0) \"x\"))"))
    defer { wasmtime_module_delete(module) }
    let code = try from.serialize(module)
    let directory = try TemporaryDirectory()
    try directory.write("code", code)
    let into = try BareEngine(pooled)
    wasmtime_module_delete(try into.load(directory.path + "/code"))
    // And what the fingerprint tells apart, the engine does too.
    var other = onDemand
    other.memoryGuard = 65_536
    #expect(other.codeFingerprint != onDemand.codeFingerprint)
    let refusing = try BareEngine(other)
    #expect(throws: EngineError.self) { try refusing.load(directory.path + "/code") }
  }
}
