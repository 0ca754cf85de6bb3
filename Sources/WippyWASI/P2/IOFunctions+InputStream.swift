import WippyComponent
import WippyCore

extension IOFunctions {
  static let inputStream: InterfaceTable.Functions = [
    "[method]input-stream.read": .always(
      .takes(.i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        try read(try call.resource(0, as: InputStream.self), call.u64(1), blocking: false, call)
      }),
    "[method]input-stream.blocking-read": .always(
      .takes(.i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        try read(try call.resource(0, as: InputStream.self), call.u64(1), blocking: true, call)
      }),
    "[method]input-stream.skip": .always(
      .takes(.i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        try skip(try call.resource(0, as: InputStream.self), call.u64(1), call.u32(2), blocking: false, call)
      }),
    "[method]input-stream.blocking-skip": .always(
      .takes(.i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        try skip(try call.resource(0, as: InputStream.self), call.u64(1), call.u32(2), blocking: true, call)
      }),
    "[method]input-stream.subscribe": .always(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: Pollable(of: try call.resource(0, as: InputStream.self)))
      }),
  ]

  private static func read(
    _ stream: InputStream, _ count: UInt64, blocking: Bool, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    switch Result(catching: { () throws(StreamFailure) in try stream.read(upTo: count) }) {
    case .failure(let failure): return try call.failure(failure)
    case .success(let bytes) where bytes.isEmpty && blocking && count > 0:
      return .wait(try call.state.wait(for: [stream.condition])) { call throws(HostFault) in
        try read(stream, count, blocking: true, call)
      }
    case .success(let bytes): return .value(.table([.init("ok", .bytes(bytes))]))
    }
  }

  private static func skip(
    _ stream: InputStream, _ count: UInt64, _ address: UInt32, blocking: Bool, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    switch Result(catching: { () throws(StreamFailure) in try stream.read(upTo: count) }) {
    case .failure(let failure): try call.storeFailure(failure, payload: 8, at: address)
    case .success(let bytes) where bytes.isEmpty && blocking && count > 0:
      return .wait(try call.state.wait(for: [stream.condition])) { call throws(HostFault) in
        try skip(stream, count, address, blocking: true, call)
      }
    case .success(let bytes): try call.storeSuccess(UInt64(bytes.count), at: address)
    }
    return .done
  }
}
