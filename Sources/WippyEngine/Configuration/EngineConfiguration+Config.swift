import CWasmtime
import Glibc

extension EngineConfiguration {
  /// libwasmtime's configuration object for these settings.
  ///
  /// `wasm_engine_new_with_config` consumes it; who does not make an engine of it calls `wasm_config_delete`.
  package func makeConfig(on machine: MachineLimits = .current()) throws(EngineError) -> OpaquePointer {
    let valid = try validated(on: machine)
    EngineConfiguration.requestSourceLines
    guard let config = wasm_config_new() else {
      throw .refused(operation: "making an engine", message: "out of memory")
    }
    wasmtime_config_epoch_interruption_set(config, true)
    wasmtime_config_concurrency_support_set(config, false)
    wasmtime_config_memory_init_cow_set(config, true)
    wasmtime_config_parallel_compilation_set(config, valid.parallelCompilation)
    // The order matters to nobody: the pair is only looked at when the engine is made.
    wasmtime_config_max_wasm_stack_set(config, valid.wasmStackBytes)
    wasmtime_config_async_stack_size_set(config, UInt64(valid.asyncStackBytes))
    wasmtime_config_memory_reservation_set(config, valid.memoryReservation)
    wasmtime_config_memory_guard_size_set(config, valid.memoryGuard)
    if let pool = valid.pool {
      guard let allocation = wasmtime_pooling_allocation_config_new() else {
        wasm_config_delete(config)
        throw .refused(operation: "making an engine", message: "out of memory")
      }
      pool.apply(to: allocation)
      wasmtime_pooling_allocation_strategy_set(config, allocation)
      wasmtime_pooling_allocation_config_delete(allocation)
    }
    return config
  }

  /// libwasmtime looks at its environment when a configuration is made, and adds `file:line` to the backtraces
  /// of guests that have debug information only when this variable asks for it; its C API has no setter.
  private static let requestSourceLines: Void = {
    setenv("WASMTIME_BACKTRACE_DETAILS", "1", 1)
  }()
}

extension PoolConfiguration {
  fileprivate func apply(to allocation: OpaquePointer) {
    wasmtime_pooling_allocation_config_total_stacks_set(allocation, UInt32(clamping: stacks))
    wasmtime_pooling_allocation_config_total_core_instances_set(allocation, UInt32(clamping: instances))
    wasmtime_pooling_allocation_config_total_component_instances_set(allocation, 0)
    wasmtime_pooling_allocation_config_total_memories_set(allocation, UInt32(clamping: memories))
    wasmtime_pooling_allocation_config_total_tables_set(allocation, UInt32(clamping: tables))
    wasmtime_pooling_allocation_config_total_gc_heaps_set(allocation, 0)
    // A module may have several of both; the totals above are what bounds them.
    wasmtime_pooling_allocation_config_max_memories_per_module_set(allocation, 16)
    wasmtime_pooling_allocation_config_max_tables_per_module_set(allocation, 16)
    wasmtime_pooling_allocation_config_max_memory_size_set(allocation, Int(clamping: memoryBytes))
    wasmtime_pooling_allocation_config_table_elements_set(allocation, tableElements)
    wasmtime_pooling_allocation_config_max_core_instance_size_set(allocation, instanceBytes)
    wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(allocation, memoryKeepResident)
    wasmtime_pooling_allocation_config_table_keep_resident_set(allocation, tableKeepResident)
    wasmtime_pooling_allocation_config_async_stack_keep_resident_set(allocation, stackKeepResident)
    wasmtime_pooling_allocation_config_max_unused_warm_slots_set(allocation, UInt32(clamping: warmSlots))
    wasmtime_pooling_allocation_config_decommit_batch_size_set(allocation, decommitBatch)
  }
}
