import CBareEngine
import Glibc
import WippyComponent
import WippyCore
import WippyEngine

/// A component whose functions return what they get, and instances of it, outside of any process.
final class ComponentGuest: GuestHost {
  static let text = """
    (component
      (core module $code
        (memory (export "memory") 64)
        (global $free (mut i32) (i32.const 1024))
        (func (export "realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
          (local $place i32)
          (local.set $place (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
          (global.set $free (i32.add (local.get $place) (local.get $new)))
          (local.get $place))
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "echo") (param i32 i32) (result i32)
          (i32.store (i32.const 0) (local.get 0))
          (i32.store (i32.const 4) (local.get 1))
          (i32.const 0))
        (func (export "release") (param i32) (global.set $free (i32.const 1024))))
      (core instance $i (instantiate $code))
      (alias core export $i "memory" (core memory $memory))
      (alias core export $i "realloc" (core func $realloc))
      (alias core export $i "echo" (core func $echo))
      (alias core export $i "release" (core func $release))
      (type $record' (record (field "id" u32) (field "score" f64) (field "name" string)))
      (export $record "item" (type $record'))
      (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
      (func (export "text") (param "v" string) (result string)
        (canon lift (core func $echo) (memory $memory) (realloc $realloc) (post-return $release)))
      (func (export "records") (param "v" (list $record)) (result (list $record))
        (canon lift (core func $echo) (memory $memory) (realloc $realloc) (post-return $release)))
      (func (export "bytes") (param "v" (list u8)) (result (list u8))
        (canon lift (core func $echo) (memory $memory) (realloc $realloc) (post-return $release))))
    """

  let wasm: [UInt8]
  private let bound: BoundGuest

  static func binary() throws -> [UInt8] {
    var text = ComponentGuest.text
    var size = 0
    guard
      let bytes = text.withUTF8({ utf8 in
        utf8.withMemoryRebound(to: CChar.self) { bare_wat($0.baseAddress, $0.count, &size) }
      })
    else { throw BenchmarkError("the benchmarks' own component is malformed") }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }

  init(_ wasm: [UInt8]) throws {
    self.wasm = wasm
    let plan = try wasm.withUnsafeBytes { bytes in
      let syntax = try ComponentDecoder.decode(bytes)
      try ComponentValidator.validate(syntax, in: bytes)
      return try ComponentPlanner.plan(syntax, bytes: bytes, provider: TrappingImports())
    }
    let engine = try Engine(EngineConfiguration(pool: PoolConfiguration(processes: 100)))
    bound = try BoundGuest(plan: plan, engine: engine) { source throws(EngineError) in
      let module = try wasm.withUnsafeBytes { file in
        Result { () throws(EngineError) in try source.bytes(in: file) }
      }.get()
      return try ComponentGuest.compile(module, engine)
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

  func epochMoved() -> EpochDecision { .proceed }

  /// A new instance.
  func instantiate() throws -> GuestInstance {
    let guest = GuestInstance(
      bound: bound, pid: ProcessID(host: "bench:host", serial: 1), host: self, services: self, memoryLimit: nil,
      maximumHandles: 1000)
    _ = try finish { guest.instantiate() }
    return guest
  }

  func export(_ name: String) throws -> BoundExport {
    guard let planned = bound.plan.exports.first(where: { $0.name == name }), let export = bound.export(planned) else {
      throw BenchmarkError("no function \(name)")
    }
    return export
  }

  func call(_ export: BoundExport, of guest: GuestInstance, _ arguments: [Value]) throws -> Value? {
    guest.prepare(export, arguments: arguments)
    _ = try finish { guest.lowerArguments() }
    return try finish { guest.run() }
  }

  private func finish(_ step: () -> GuestProgress) throws -> Value? {
    while true {
      switch step() {
      case .suspended: continue
      case .ready: return nil
      case .returned(let value): return value
      case .failed(let failure): throw BenchmarkError("\(failure)")
      }
    }
  }
}

private struct TrappingImports: HostProvider {
  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .resumable { _ throws(HostFault) in throw .trap("\(interface)#\(name)") }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("\(module).\(name)") }
  }
}
