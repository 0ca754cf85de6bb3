import CWasmtime

/// The memory in which a call's arguments, results and outcome stand while it runs; used again by the next.
package final class CallOperands {
  let function: UnsafeMutablePointer<wasmtime_func_t>
  let instance: UnsafeMutablePointer<wasmtime_instance_t>
  let trap: UnsafeMutablePointer<OpaquePointer?>
  let error: UnsafeMutablePointer<OpaquePointer?>
  let arguments: UnsafeMutablePointer<wasmtime_val_t>
  let results: UnsafeMutablePointer<wasmtime_val_t>
  private let block: UnsafeMutableRawPointer
  /// Parameters of any function that is called: `CanonicalABI.md` passes more in memory.
  private static let capacity = 17
  private static let resultCapacity = 1

  package init() {
    // One block: function, instance, trap and error (16 bytes each at most), then arguments and results.
    let value = MemoryLayout<wasmtime_val_t>.stride
    block = .allocate(
      byteCount: 64 + (CallOperands.capacity + CallOperands.resultCapacity) * value, alignment: 16)
    function = block.bindMemory(to: wasmtime_func_t.self, capacity: 1)
    instance = (block + 16).bindMemory(to: wasmtime_instance_t.self, capacity: 1)
    trap = (block + 32).bindMemory(to: OpaquePointer?.self, capacity: 1)
    error = (block + 40).bindMemory(to: OpaquePointer?.self, capacity: 1)
    arguments = (block + 64).bindMemory(to: wasmtime_val_t.self, capacity: CallOperands.capacity)
    results = (block + 64 + CallOperands.capacity * value)
      .bindMemory(to: wasmtime_val_t.self, capacity: CallOperands.resultCapacity)
    trap.initialize(to: nil)
    error.initialize(to: nil)
  }

  deinit {
    if let trap = trap.pointee { wasm_trap_delete(trap) }
    if let error = error.pointee { wasmtime_error_delete(error) }
    block.deallocate()
  }

  func prepare(arguments values: [CoreValue], results count: Int) {
    // Canonical signatures have at most 16 parameters and one result; a core module's own may have more and is refused
    // when it is loaded.
    precondition(values.count <= CallOperands.capacity && count <= CallOperands.resultCapacity)
    for (index, value) in values.enumerated() {
      switch value {
      case .i32(let bits):
        arguments[index].kind = UInt8(WASMTIME_I32)
        arguments[index].of.i32 = Int32(bitPattern: bits)
      case .i64(let bits):
        arguments[index].kind = UInt8(WASMTIME_I64)
        arguments[index].of.i64 = Int64(bitPattern: bits)
      case .f32(let bits):
        arguments[index].kind = UInt8(WASMTIME_F32)
        arguments[index].of.f32 = Float(bitPattern: bits)
      case .f64(let bits):
        arguments[index].kind = UInt8(WASMTIME_F64)
        arguments[index].of.f64 = Double(bitPattern: bits)
      }
    }
  }

  /// How the call ended, after `CallFuture.poll` returned `true`.
  package func takeFault() -> EngineFault? {
    guard trap.pointee != nil || error.pointee != nil else { return nil }
    let fault = EngineFault(trap: trap.pointee, error: error.pointee)
    trap.pointee = nil
    error.pointee = nil
    return fault
  }

  /// The instance that an instantiation made.
  package var instantiated: Instance { Instance(handle: instance.pointee) }

  /// The bits of result number `index`.
  package func result(_ index: Int) -> CoreValue {
    let value = results[index]
    switch Int(value.kind) {
    case WASMTIME_I32: return .i32(UInt32(bitPattern: value.of.i32))
    case WASMTIME_I64: return .i64(UInt64(bitPattern: value.of.i64))
    case WASMTIME_F32: return .f32(value.of.f32.bitPattern)
    default: return .f64(value.of.f64.bitPattern)
    }
  }
}

/// A core value as bits.
package enum CoreValue: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(UInt32)
  case f64(UInt64)

  package var type: CoreValueType {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    }
  }
}
