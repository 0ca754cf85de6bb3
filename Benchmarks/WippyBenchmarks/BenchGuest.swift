import CBareEngine
import Glibc
import WippyComponent
import WippyCore
import WippyEngine
import WippyWASI

/// A core module of the benchmarks' own whose import `host.wait` suspends: complete at once, but the process goes
/// through the scheduler's queue before it goes on.
final class BenchGuest: Sendable {
  static let text = """
    (module
      (import "host" "wait" (func $wait (param i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "loop") (param $n i32) (result i32) (local $sum i32)
        (block (loop (br_if 1 (i32.eqz (local.get $n)))
          (local.set $sum (i32.add (local.get $sum) (call $wait (local.get $n))))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br 0)))
        (local.get $sum))
      (func (export "hold") (param $n i32) (result i32) (call $wait (local.get $n)))
      (func (export "spin") (param $n i32) (result i32) (loop (br 0)) (i32.const 0)))
    """

  let wasm: [UInt8]
  private let bound: BoundGuest

  /// - Parameter waitsForever: `host.wait` is never complete.
  init(processes: Int, waitsForever: Bool = false) throws {
    var text = BenchGuest.text
    var size = 0
    guard
      let bytes = text.withUTF8({ utf8 in
        utf8.withMemoryRebound(to: CChar.self) { bare_wat($0.baseAddress, $0.count, &size) }
      })
    else { throw BenchmarkError("the benchmarks' own module is malformed") }
    wasm = Array(UnsafeBufferPointer(start: bytes, count: size))
    free(bytes)
    let plan = try wasm.withUnsafeBytes { bytes in
      try CorePlanner.plan(
        CoreModuleSummary.scan(bytes), byteCount: size, signatures: [:],
        provider: WaitProvider(waitsForever: waitsForever))
    }
    let engine = try Engine(EngineConfiguration(pool: PoolConfiguration(processes: processes)))
    let wasm = wasm
    bound = try BoundGuest(plan: plan, engine: engine) { source throws(EngineError) in
      let module = try wasm.withUnsafeBytes { file in
        Result { () throws(EngineError) in try source.bytes(in: file) }
      }.get()
      return try BenchGuest.compile(module, engine)
    }
  }

  private static func compile(_ wasm: [UInt8], _ engine: Engine) throws(EngineError) -> Module {
    let result: Result<Module, EngineError> = wasm.withUnsafeBytes { bytes in
      do throws(EngineError) { return .success(try Module(compiling: bytes, engine: engine)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  func program(_ function: String, _ argument: Int64) throws -> WasmProgram {
    guard let export = bound.plan.exports.first(where: { $0.name == function }) else {
      throw BenchmarkError("no function \(function)")
    }
    return WasmProgram(
      export: bound.export(export), of: bound, arguments: [.integer(argument)], limits: GuestLimits(),
      makeServices: { WaitServices(context: $0) }, onClose: {})
  }
}

/// Also the operation that its guest waits for, as the reference's wait is one small object: complete when it is asked
/// the second time; the first time it queues its process.
private final class WaitServices: GuestServices, PendingOperation, @unchecked Sendable {
  // Unchecked: touched by the worker that holds the process only.
  private let context: any ProcessContext
  private var wasAsked = false
  private(set) var value: UInt32 = 0

  init(context: any ProcessContext) { self.context = context }

  func begin(_ value: UInt32) {
    self.value = value
    wasAsked = false
  }

  var isComplete: Bool {
    if wasAsked { return true }
    wasAsked = true
    context.wake()
    return false
  }

  var lastErrorOutput: String { "" }
  func cancel() {}
}

private final class EndlessWait: PendingOperation {
  var isComplete: Bool { false }
  func cancel() {}
}

private struct WaitProvider: HostProvider {
  let waitsForever: Bool

  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("no component") }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    if waitsForever { return .resumable { _ throws(HostFault) in .wait(EndlessWait()) { _ in .flat(0) } } }
    return .resumable { call throws(HostFault) in
      guard let services = call.guest.services as? WaitServices else { throw .trap("no services") }
      services.begin(call.u32(0))
      return .wait(services) { call throws(HostFault) in
        guard let services = call.guest.services as? WaitServices else { throw .trap("no services") }
        return .flat(UInt64(services.value &+ 1))
      }
    }
  }
}
