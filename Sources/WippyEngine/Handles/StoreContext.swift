import CWasmtime

/// A store while somebody may use it: its owner between calls, or a host function during a call.
package struct StoreContext {
  let handle: OpaquePointer

  /// What belongs to the store, when its owner has been set.
  @inline(__always)
  var record: UnsafeMutablePointer<StoreRecord>? {
    wasmtime_context_get_data(handle)?.assumingMemoryBound(to: StoreRecord.self)
  }

  /// Makes the guest ask its owner at its next check whether it goes on, as if the epoch had moved.
  @inline(__always)
  package func requestEpochCheck() {
    wasmtime_context_set_epoch_deadline(handle, 0)
  }

  /// The bytes of a memory, until the guest runs again.
  @inline(__always)
  package func bytes(of memory: borrowing Memory) -> UnsafeMutableRawBufferPointer {
    var handle = memory.handle
    return UnsafeMutableRawBufferPointer(
      start: wasmtime_memory_data(self.handle, &handle), count: wasmtime_memory_data_size(self.handle, &handle))
  }

  /// A memory of its own of so many pages, which cannot grow and takes no place of a pool's; `nil` where there is no
  /// room, or the store's limit is lower.
  package func makeMemory(pages: UInt64) -> Memory? {
    var type: OpaquePointer?
    if let error = wasmtime_memorytype_new(pages, true, pages, false, false, 16, &type) {
      wasmtime_error_delete(error)
      return nil
    }
    defer { wasm_memorytype_delete(type) }
    var memory = wasmtime_memory_t()
    if let error = wasmtime_memory_new(handle, type, &memory) {
      wasmtime_error_delete(error)
      return nil
    }
    return Memory(handle: memory)
  }

  /// The bytes that a memory has now.
  @inline(__always)
  package func size(of memory: borrowing Memory) -> Int {
    var handle = memory.handle
    return wasmtime_memory_data_size(self.handle, &handle)
  }

  /// The export of an instance at `index` among its module's exports, and its name.
  package func export(_ index: Int, named name: String, of instance: Instance) -> Extern? {
    var name = name
    return name.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) { export(index, named: $0, of: instance) }
    }
  }

  /// The same with the bytes of the name.
  package func export(_ index: Int, named name: UnsafeBufferPointer<CChar>, of instance: Instance) -> Extern? {
    var handle = instance.handle
    var item = wasmtime_extern_t()
    let isFound: Bool
    if index < StoreContext.firstLookedUpByName {
      var text: UnsafeMutablePointer<CChar>?
      var size = 0
      isFound = wasmtime_instance_export_nth(self.handle, &handle, index, &text, &size, &item)
    } else {
      isFound = wasmtime_instance_export_get(self.handle, &handle, name.baseAddress, name.count, &item)
    }
    return isFound ? Extern(item: item) : nil
  }

  /// The engine finds an export by its number by making all that stand before it; by its name it hashes.
  private static let firstLookedUpByName = 4

  /// Instantiates a module that has no start function. Of a module with one the start function must not run
  /// into its epoch deadline, so such modules are instantiated with `CallFuture`.
  package func instantiate(_ module: Module, imports: [Extern]) throws(EngineFault) -> Instance {
    let result = imports.withUnsafeBufferPointer { externs in
      Result { () throws(EngineFault) in try instantiate(module, imports: externs) }
    }
    return try result.get()
  }

  /// The same with imports that stand anywhere.
  package func instantiate(
    _ module: Module, imports: UnsafeBufferPointer<Extern>
  ) throws(EngineFault) -> Instance {
    var instance = wasmtime_instance_t()
    var trap: OpaquePointer?
    let error = imports.withMemoryRebound(to: wasmtime_extern_t.self) {
      wasmtime_instance_new(handle, module.handle, $0.baseAddress, $0.count, &instance, &trap)
    }
    if let fault = EngineFault(trap: trap, error: error) { throw fault }
    return Instance(handle: instance)
  }

  /// Instantiates a module that has no start function and whose imports are looked up already.
  package func instantiate(_ template: InstanceTemplate) throws(EngineFault) -> Instance {
    var instance = wasmtime_instance_t()
    var trap: OpaquePointer?
    let error = wasmtime_instance_pre_instantiate(template.handle, handle, &instance, &trap)
    if let fault = EngineFault(trap: trap, error: error) { throw fault }
    return Instance(handle: instance)
  }
}

/// An instance of a core module in a store. Plain data: it is freed with the store.
package struct Instance {
  var handle: wasmtime_instance_t
}

/// A memory of a store.
package struct Memory {
  var handle: wasmtime_memory_t

  /// Whether both handles name the same memory of the same store.
  package func isSame(as other: Memory) -> Bool {
    handle.inner.store_id == other.handle.inner.store_id && handle.inner.private1 == other.handle.inner.private1
      && handle.private2 == other.handle.private2
  }
}

/// A core function of a store.
package struct Function {
  var handle: wasmtime_func_t
}

/// Anything that an instance exports.
package struct Extern {
  var item: wasmtime_extern_t

  init(item: wasmtime_extern_t) {
    self.item = item
  }

  package init(_ memory: Memory) {
    item = wasmtime_extern_t()
    item.kind = UInt8(WASMTIME_EXTERN_MEMORY)
    item.of.memory = memory.handle
  }

  package var memory: Memory? {
    item.kind == WASMTIME_EXTERN_MEMORY ? Memory(handle: item.of.memory) : nil
  }

  package var function: Function? {
    item.kind == WASMTIME_EXTERN_FUNC ? Function(handle: item.of.func) : nil
  }
}
