import Glibc

extension EngineConfiguration {
  /// These settings, when an engine can be made of them on `machine`.
  ///
  /// Everything that `wasm_engine_new_with_config` answers with an abort throws here: each bound below was tried.
  package func validated(on machine: MachineLimits = .current()) throws(EngineError) -> EngineConfiguration {
    try validateStacks()
    try validateMemory()
    if let pool {
      try validate(pool)
      try validateMappings(of: pool, on: machine)
      try validateAddressSpace(of: pool)
    }
    return self
  }

  private static let wasmPage = 65_536
  private static let systemPage = sysconf(Int32(_SC_PAGESIZE)) > 0 ? sysconf(Int32(_SC_PAGESIZE)) : 4096

  private func validateStacks() throws(EngineError) {
    let page = EngineConfiguration.systemPage
    try require(
      wasmStackBytes >= 16 << 10, "wasmStackBytes", "\(wasmStackBytes) bytes is too small: at least 16 KiB")
    try require(
      (page...(1 << 30)).contains(asyncStackBytes), "asyncStackBytes",
      "\(asyncStackBytes) bytes must be between \(page) and 1 GiB")
    try require(
      asyncStackBytes % page == 0, "asyncStackBytes",
      "\(asyncStackBytes) is no multiple of the page size, \(page)")
    try require(
      asyncStackBytes - EngineConfiguration.hostStackBytes >= wasmStackBytes, "wasmStackBytes",
      "\(wasmStackBytes) bytes leave host functions less than \(EngineConfiguration.hostStackBytes) of"
        + " asyncStackBytes, \(asyncStackBytes)")
  }

  private func validateMemory() throws(EngineError) {
    let page = UInt64(EngineConfiguration.wasmPage)
    for (field, value) in [("memoryReservation", memoryReservation), ("memoryGuard", memoryGuard)] {
      try require(value % page == 0, field, "\(value) is no multiple of \(page)")
      try require(value <= 1 << 40, field, "\(value) bytes is too large: at most 1 TiB")
    }
  }

  private func validate(_ pool: PoolConfiguration) throws(EngineError) {
    let counts = [
      ("pool.stacks", pool.stacks), ("pool.instances", pool.instances), ("pool.memories", pool.memories),
      ("pool.tables", pool.tables),
    ]
    for (field, count) in counts {
      try require(count > 0, field, "must be at least 1")
      try require(count <= 1_000_000, field, "\(count) is too many: at most 1,000,000")
    }
    let page = UInt64(EngineConfiguration.wasmPage)
    try require(
      pool.memoryBytes > 0 && pool.memoryBytes % page == 0, "pool.memoryBytes",
      "\(pool.memoryBytes) must be a multiple of \(page), and not 0")
    try require(
      pool.memoryBytes <= memoryReservation, "pool.memoryBytes",
      "\(pool.memoryBytes) bytes is more than memoryReservation, \(memoryReservation)")
    try require(
      (1...100_000_000).contains(pool.tableElements), "pool.tableElements",
      "\(pool.tableElements) must be between 1 and 100,000,000")
    try require(
      (1...(1 << 30)).contains(pool.instanceBytes), "pool.instanceBytes",
      "\(pool.instanceBytes) must be between 1 and 1 GiB")
    let kept = [
      ("pool.memoryKeepResident", pool.memoryKeepResident), ("pool.tableKeepResident", pool.tableKeepResident),
      ("pool.stackKeepResident", pool.stackKeepResident),
    ]
    for (field, bytes) in kept {
      try require(
        (0...(1 << 30)).contains(bytes) && bytes % EngineConfiguration.systemPage == 0, field,
        "\(bytes) must be a multiple of the page size, \(EngineConfiguration.systemPage), and at most 1 GiB")
    }
    try require(
      (0...1_000_000).contains(pool.warmSlots), "pool.warmSlots", "must be between 0 and 1,000,000")
    try require(
      (1...10_000).contains(pool.decommitBatch), "pool.decommitBatch", "must be between 1 and 10,000")
  }

  /// Each stack and its guard page are two mappings from the start.
  private func validateMappings(of pool: PoolConfiguration, on machine: MachineLimits) throws(EngineError) {
    let needed = 2 * pool.stacks + 64
    let free = machine.mappingLimit - machine.mappingsInUse
    try require(
      needed <= free, "pool.stacks",
      "\(pool.stacks) stacks need \(needed) memory mappings, and \(max(0, free)) of vm.max_map_count ="
        + " \(machine.mappingLimit) are free: use a smaller pool, or raise it with `sysctl vm.max_map_count`")
  }

  /// Reserves what the pool will reserve, all at once, and gives it back: the only test that knows of address
  /// layout, `ulimit -v` and other engines.
  private func validateAddressSpace(of pool: PoolConfiguration) throws(EngineError) {
    let page = UInt64(EngineConfiguration.systemPage)
    let tableBytes = (UInt64(pool.tableElements) * 8 + page - 1) / page * page
    let parts: [(field: String, slot: UInt64, count: Int)] = [
      ("pool.memories", memoryReservation + memoryGuard, pool.memories + 1),
      ("pool.stacks", UInt64(asyncStackBytes) + page, pool.stacks),
      ("pool.tables", tableBytes, pool.tables),
    ]
    var reserved: [(UnsafeMutableRawPointer, Int)] = []
    defer { for (address, size) in reserved { munmap(address, size) } }
    for part in parts {
      let (bytes, overflow) = part.slot.multipliedReportingOverflow(by: UInt64(part.count))
      let size = Int(exactly: bytes) ?? .max
      let address =
        overflow ? MAP_FAILED : mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
      guard let address, address != MAP_FAILED else {
        throw .configuration(
          field: part.field,
          reason: "\(part.count) slots of \(part.slot) bytes do not fit into the address space: use fewer, or"
            + " raise `ulimit -v`")
      }
      reserved.append((address, size))
    }
  }

  private func require(_ condition: Bool, _ field: String, _ reason: String) throws(EngineError) {
    if !condition { throw .configuration(field: field, reason: reason) }
  }
}
