import CBareEngine
import Foundation
import WippyComponent
import WippyCore

/// Calls and instances of components, beside the engine's own component API.
struct ComponentRows {
  let samples: Int

  func calls() throws -> [Row] {
    let guest = try ComponentGuest(try ComponentGuest.binary())
    let engine = try Laboratory.bareEngine(components: true)
    defer { bare_engine_delete(engine) }
    var rows: [Row] = []
    // Made once, as the reference's text is.
    let text = [Value.string(String(repeating: "x", count: 64))]
    rows.append(
      try row("call-integers", guest, engine, "add", BARE_INTEGERS, size: 2, limit: 1) {
        [.integer(Int64($0)), .integer(2)]
      })
    rows.append(
      try row("call-string", guest, engine, "text", BARE_STRING, size: 64, limit: 0.5) { _ in text })
    rows.append(
      try row("call-records", guest, engine, "records", BARE_RECORDS, size: 100, limit: 0.5) { _ in
        [
          .array(
            (0..<100).map { number in
              .table([
                .init("id", .integer(number)), .init("score", .float(Double(number) / 2)),
                .init("name", .string("somebody")),
              ])
            })
        ]
      })
    return rows
  }

  private func row(
    _ name: String, _ guest: ComponentGuest, _ engine: OpaquePointer, _ function: String, _ argument: bare_argument,
    size: Int, limit: Double, _ arguments: (Int) -> [Value]
  ) throws -> Row {
    guard let bare = bare_component_new(engine, guest.wasm, guest.wasm.count, function) else {
      throw BenchmarkError(function)
    }
    defer { bare_component_delete(bare) }
    let instance = try guest.instantiate()
    let export = try guest.export(function)
    let count = argument == BARE_RECORDS ? 1_000 : 20_000
    return try Samples.alternating(samples) {
      try nanoseconds { () throws in
        for number in 0..<count {
          guard try guest.call(export, of: instance, arguments(number)) != nil else {
            throw BenchmarkError("\(function) returned nothing")
          }
        }
      } / Double(count)
    } reference: {
      try nanoseconds { () throws in
        guard bare_component_calls(bare, argument, size, count) else { throw BenchmarkError("the bare engine failed") }
      } / Double(count)
    }.row(name, unit: "ns", limit: .ratio(limit))
  }

  /// The reference is what has to be copied: into the guest, and out of it.
  func bytes() throws -> [Row] {
    let guest = try ComponentGuest(try ComponentGuest.binary())
    let instance = try guest.instantiate()
    let export = try guest.export("bytes")
    return try [("bytes-64k", 64 << 10, 1_000), ("bytes-1m", 1 << 20, 100)].map { name, size, count in
      let argument = Value.bytes([UInt8](repeating: 7, count: size))
      let source = [UInt8](repeating: 7, count: size)
      // The engine's memories are mappings of their own, so these are as well.
      let target = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
      defer { target.deallocate() }
      return try Samples.alternating(samples) {
        try nanoseconds { () throws in
          for _ in 0..<count {
            guard case .bytes(let bytes)? = try guest.call(export, of: instance, [argument]), bytes.count == size else {
              throw BenchmarkError("the echo is another")
            }
          }
        } / Double(count) / 1000
      } reference: {
        nanoseconds {
          for _ in 0..<count {
            source.withUnsafeBytes { target.copyMemory(from: $0) }
            // What comes out needs a place of its own.
            let result = [UInt8](UnsafeRawBufferPointer(target))
            withExtendedLifetime(result) {}
          }
        } / Double(count) / 1000
      }.row(name, unit: "us", limit: .ratio(1.5))
    }
  }

  func instantiation() throws -> Row {
    let wasm = try ComponentGuest.binary()
    return try instantiation("instantiate-small", wasm, count: 5_000, limit: 1.2)
  }

  /// Also decodes the file without compiling it; the reference is the time that it may take.
  func python(_ path: String) throws -> [Row] {
    let wasm = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var times: [Double] = []
    for _ in 0..<max(3, samples) {
      times.append(
        try nanoseconds { () throws in
          let syntax = try ComponentDecoder.decode(wasm)
          try ComponentValidator.validate(syntax, in: wasm)
        } / 1_000_000)
    }
    let decoding = Row(
      "decode-python", unit: "ms", ours: times.quantile(0.5), reference: 20, samples: times.count, limit: .ratio(1),
      note: "\(wasm.count >> 20) MB, decoded and validated; the reference is the bound")
    return [decoding, try instantiation("instantiate-python", wasm, count: 200, limit: 1)]
  }

  private func instantiation(_ name: String, _ wasm: [UInt8], count: Int, limit: Double) throws -> Row {
    let guest = try ComponentGuest(wasm)
    let engine = try Laboratory.bareEngine(components: true)
    defer { bare_engine_delete(engine) }
    guard let bare = bare_component_new(engine, wasm, wasm.count, nil) else { throw BenchmarkError(name) }
    defer { bare_component_delete(bare) }
    return try Samples.alternating(samples) {
      try nanoseconds { () throws in
        for _ in 0..<count { _ = try guest.instantiate() }
      } / Double(count) / 1000
    } reference: {
      try nanoseconds { () throws in
        guard bare_component_instantiations(bare, count) else { throw BenchmarkError("the bare engine failed") }
      } / Double(count) / 1000
    }.row(name, unit: "us", limit: .ratio(limit))
  }
}
