import WippyComponent
import WippyCore
import WippyEngine

extension HostCall {
  /// The process's state.
  var state: WASIState {
    get throws(HostFault) {
      guard let state = guest.services as? WASIState else { throw .trap("the process has no WASI state") }
      return state
    }
  }

  /// Bytes of the guest, until it runs again.
  func bytes(
    at address: UInt32, count: UInt32, alignment: UInt32 = 1
  ) throws(HostFault) -> UnsafeMutableRawBufferPointer {
    try withMemory { memory throws(ABIViolation) in
      try memory.check(address, count: UInt64(count), alignment: alignment)
      return try memory.slice(address, count: count)
    }
  }

  func store<Number: FixedWidthInteger>(_ value: Number, at address: UInt32) throws(HostFault) {
    try withMemory { memory throws(ABIViolation) in try memory.store(value, at: address) }
  }

  func load<Number: FixedWidthInteger>(_ address: UInt32, as type: Number.Type) throws(HostFault) -> Number {
    try withMemory { memory throws(ABIViolation) in try memory.load(address, as: type) }
  }

  /// Inserts `object` with the resource type that the function returns.
  func handle(of object: any HostResource) throws(HostFault) -> UInt32 {
    guard let type = returnedResource else { throw .trap("the import's type returns no resource") }
    return try insert(object, resource: type)
  }

  func returnHandle(of object: any HostResource) throws(HostFault) {
    `return`(u32: try handle(of: object))
  }

  // MARK: Results of streams
  // `result<T, stream-error>` in memory: the result's case, then at the payload's offset T, or the error's case and
  // its handle.

  func storeSuccess(at address: UInt32) throws(HostFault) {
    try store(UInt8(0), at: address)
  }

  func storeSuccess(_ count: UInt64, at address: UInt32) throws(HostFault) {
    try store(UInt8(0), at: address)
    try store(count, at: address &+ 8)
  }

  func storeFailure(_ failure: StreamFailure, payload: UInt32, at address: UInt32) throws(HostFault) {
    try store(UInt8(1), at: address)
    switch failure {
    case .closed: try store(UInt8(1), at: address &+ payload)
    case .failed(let text): try storeError(StreamError(text), payload: payload, at: address)
    case .system(let errno): try storeError(StreamError(errno: errno), payload: payload, at: address)
    case .http(let failure):
      try storeError(StreamError("\(failure)", httpFailure: failure), payload: payload, at: address)
    case .misuse(let text): throw .trap(text)
    }
  }

  private func storeError(_ error: StreamError, payload: UInt32, at address: UInt32) throws(HostFault) {
    try store(UInt8(0), at: address &+ payload)
    try store(try handle(of: error), at: address &+ payload &+ 4)
  }

  /// The same as a value.
  func failure(_ failure: StreamFailure) throws(HostFault) -> HostReply {
    switch failure {
    case .closed: return .value(.table([.init("err", .string("closed"))]))
    case .failed(let text): return try operationFailed(StreamError(text))
    case .system(let errno): return try operationFailed(StreamError(errno: errno))
    case .http(let failure): return try operationFailed(StreamError("\(failure)", httpFailure: failure))
    case .misuse(let text): throw .trap(text)
    }
  }

  private func operationFailed(_ error: StreamError) throws(HostFault) -> HostReply {
    .value(.table([.init("err", .table([.init("last-operation-failed", try own(error))]))]))
  }
}
