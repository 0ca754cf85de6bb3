import WippyComponent
import WippyCore

extension IOFunctions {
  static let outputStream: InterfaceTable.Functions = [
    "[method]output-stream.check-write": .always(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let stream = try call.resource(0, as: OutputStream.self)
        switch Result(catching: { () throws(StreamFailure) in try stream.checkWrite() }) {
        case .success(let permit): try call.storeSuccess(permit, at: call.u32(1))
        case .failure(let failure): try call.storeFailure(failure, payload: 8, at: call.u32(1))
        }
      }),
    "[method]output-stream.write": .always(
      .takes(.i32, .i32, .i32, .i32),
      .immediate { call throws(HostFault) in
        let stream = try call.resource(0, as: OutputStream.self)
        let bytes = UnsafeRawBufferPointer(try call.bytes(at: call.u32(1), count: call.u32(2)))
        try store(Result { () throws(StreamFailure) in try stream.write(bytes) }, at: call.u32(3), call)
      }),
    "[method]output-stream.write-zeroes": .always(
      .takes(.i32, .i64, .i32),
      .immediate { call throws(HostFault) in
        let stream = try call.resource(0, as: OutputStream.self)
        let count = call.u64(1)
        try store(Result { () throws(StreamFailure) in try stream.writeZeroes(count) }, at: call.u32(2), call)
      }),
    "[method]output-stream.flush": .always(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let stream = try call.resource(0, as: OutputStream.self)
        try store(Result { () throws(StreamFailure) in _ = try stream.drain() }, at: call.u32(1), call)
      }),
    "[method]output-stream.blocking-flush": .always(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try flush(try call.resource(0, as: OutputStream.self), call.u32(1), call)
      }),
    "[method]output-stream.blocking-write-and-flush": .always(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let stream = try call.resource(0, as: OutputStream.self)
        let count = call.u32(2)
        try checkBlockingWrite(UInt64(count))
        let bytes = UnsafeRawBufferPointer(try call.bytes(at: call.u32(1), count: count))
        let outcome = Result { () throws(StreamFailure) in try stream.accept(bytes) }
        return try flush(stream, after: outcome, call.u32(3), call)
      }),
    "[method]output-stream.blocking-write-zeroes-and-flush": .always(
      .takes(.i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        let stream = try call.resource(0, as: OutputStream.self)
        let count = call.u64(1)
        try checkBlockingWrite(count)
        let outcome = Result { () throws(StreamFailure) in try stream.acceptZeroes(Int(count)) }
        return try flush(stream, after: outcome, call.u32(2), call)
      }),
    "[method]output-stream.splice": .always(
      .takes(.i32, .i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        let output = try call.resource(0, as: OutputStream.self)
        let input = try call.resource(1, as: InputStream.self)
        return try splice(output, input, call.u64(2), call.u32(3), blocking: false, call)
      }),
    "[method]output-stream.blocking-splice": .always(
      .takes(.i32, .i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        let output = try call.resource(0, as: OutputStream.self)
        let input = try call.resource(1, as: InputStream.self)
        return try splice(output, input, call.u64(2), call.u32(3), blocking: true, call)
      }),
    "[method]output-stream.subscribe": .always(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: Pollable(of: try call.resource(0, as: OutputStream.self)))
      }),
  ]

  private static func checkBlockingWrite(_ count: UInt64) throws(HostFault) {
    guard count <= OutputStream.largestBlockingWrite else {
      throw .trap("a blocking write of \(count) bytes: at most \(OutputStream.largestBlockingWrite)")
    }
  }

  private static func store(
    _ outcome: Result<Void, StreamFailure>, at address: UInt32, _ call: borrowing HostCall
  ) throws(HostFault) {
    switch outcome {
    case .success: try call.storeSuccess(at: address)
    case .failure(let failure): try call.storeFailure(failure, payload: 4, at: address)
    }
  }

  /// Waits until everything is out; the result goes to `address`.
  private static func flush(
    _ stream: OutputStream, after outcome: Result<Void, StreamFailure> = .success(()), _ address: UInt32,
    _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    switch outcome.flatMap({ Result { () throws(StreamFailure) in try stream.drain() } }) {
    case .failure(let failure): try call.storeFailure(failure, payload: 4, at: address)
    case .success(true): try call.storeSuccess(at: address)
    case .success(false):
      return .wait(try call.state.wait(for: [stream.condition])) { call throws(HostFault) in
        try flush(stream, address, call)
      }
    }
    return .done
  }

  private static func splice(
    _ output: OutputStream, _ input: InputStream, _ count: UInt64, _ address: UInt32, blocking: Bool,
    _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    var waitsFor = output.condition
    let outcome = Result { () throws(StreamFailure) -> UInt64 in
      let room = try output.checkWrite()
      guard room > 0 else { return 0 }
      waitsFor = input.condition
      let bytes = try input.read(upTo: min(room, count))
      let moved = UInt64(bytes.count)
      try output.write(owned: bytes)
      return moved
    }
    switch outcome {
    case .failure(let failure): try call.storeFailure(failure, payload: 8, at: address)
    case .success(0) where blocking && count > 0:
      return .wait(try call.state.wait(for: [waitsFor])) { call throws(HostFault) in
        try splice(output, input, count, address, blocking: true, call)
      }
    case .success(let moved): try call.storeSuccess(moved, at: address)
    }
    return .done
  }
}
