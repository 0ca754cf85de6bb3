import Glibc
import WippyComponent
import WippyCore
import WippyEngine

extension Preview1 {
  /// `sock_*`, of sockets that the host passes in; there are others in 0.2 only.
  static let socketFunctions: [String: Function] = [
    "sock_accept": Function([.i32, .i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let (descriptor, socket) = try socket(.accept, call, scope)
        guard let bits = UInt16(exactly: call.u32(1)) else { throw .errno(.invalid) }
        let flags = DescriptorFlags(rawValue: bits)
        guard flags.isSubset(of: .all) else { throw .errno(.invalid) }
        let address = call.u32(2)
        _ = try call.slice(address, 4, alignment: 4)
        return try accept(socket, flags, isWaiting: !descriptor.flags.contains(.nonBlocking), address, call, scope)
      }
    },
    "sock_recv": Function([.i32, .i32, .i32, .i32, .i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let (descriptor, socket) = try socket(.read, call, scope)
        let parts = try call.vector(1)
        guard call.u32(3) & ~3 == 0 else { throw .errno(.invalid) }
        let reading = SocketReading(
          address: call.u32(4), flagsAddress: call.u32(5), flags: descriptor.flags, peeks: call.u32(3) & 1 != 0,
          isWhole: call.u32(3) & 2 != 0)
        _ = try call.slice(call.u32(4), 4, alignment: 4)
        _ = try call.slice(call.u32(5), 2, alignment: 2)
        guard let part = parts.first(where: { $0.count > 0 }) else {
          try call.put(UInt16(0), at: call.u32(5))
          return try done(0, call.u32(4), call)
        }
        return try receive(socket, part, reading, call)
      }
    },
    "sock_send": Function([.i32, .i32, .i32, .i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let (descriptor, socket) = try socket(.write, call, scope)
        guard call.u32(3) == 0 else { throw .errno(.invalid) }
        _ = try call.slice(call.u32(4), 4, alignment: 4)
        let bytes = try gather(1, upTo: 65_536, call)
        return try send(bytes, to: socket, call.u32(4), descriptor.flags, call)
      }
    },
    "sock_shutdown": Function([.i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let (_, socket) = try socket(.shutDown, call, scope)
        let bits = call.u32(1)
        guard (1...3).contains(bits) else { throw .errno(.invalid) }
        if case .failed(let code) = socket.shutDown(receiving: bits & 1 != 0, sending: bits & 2 != 0) {
          throw .errno(errno(code))
        }
      }
    },
  ]

  /// How a socket is read.
  struct SocketReading {
    /// Where the guest wants to know how much it was.
    var address: UInt32
    var flagsAddress: UInt32?
    var flags: DescriptorFlags
    var peeks = false
    /// Whether only a full buffer will do, or the end.
    var isWhole = false
  }

  private static func socket(
    _ rights: Rights, _ call: borrowing HostCall, _ scope: Scope
  ) throws(CallFailure) -> (Preview1Descriptor, GuestSocket) {
    let descriptor = try call.descriptor(0, scope)
    guard case .socket(let socket) = descriptor.object else { throw .errno(.notSocket) }
    guard descriptor.rights.isSuperset(of: rights) else { throw .errno(.notCapable) }
    return (descriptor, socket)
  }

  private static func accept(
    _ socket: GuestSocket, _ flags: DescriptorFlags, isWaiting: Bool, _ address: UInt32, _ call: borrowing HostCall,
    _ scope: Scope
  ) throws(CallFailure) -> HostReply {
    switch socket.accept() {
    case .failed(let code): throw .errno(errno(code))
    case .notReady:
      guard isWaiting else { throw .errno(.again) }
      return try wait(for: socket.condition(.readable), call) { call throws(CallFailure) in
        try accept(socket, flags, isWaiting: true, address, call, scope)
      }
    case .done(let accepted):
      let table = scope.descriptors(try call.wasi)
      let descriptor = Preview1Descriptor(
        .socket(accepted), rights: [.read, .write, .poll, .status, .setFlags, .shutDown], flags: flags)
      let number: UInt32
      do throws(HostFault) { number = try call.insert(descriptor, into: table) } catch { throw .fault(error) }
      try call.put(number, at: address)
      return reply(.success)
    }
  }

  static func receive(
    _ socket: GuestSocket, _ part: GuestBuffer, _ reading: SocketReading, from start: Int = 0,
    _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    var done = start
    while true {
      let place = try call.slice(part.address, part.count)
      switch socket.receive(into: UnsafeMutableRawBufferPointer(rebasing: place[done...]), peek: reading.peeks) {
      case .failed(let code):
        guard done > 0 else { throw .errno(errno(code)) }
        return try finish(done, reading, call)
      case .done(let count):
        done += count
        guard count > 0, reading.isWhole, !reading.peeks, done < place.count else {
          return try finish(done, reading, call)
        }
      case .notReady:
        if reading.flags.contains(.nonBlocking) {
          guard done > 0 else { throw .errno(.again) }
          return try finish(done, reading, call)
        }
        return try wait(for: socket.condition(.readable), call) { [done] call throws(CallFailure) in
          try receive(socket, part, reading, from: done, call)
        }
      }
    }
  }

  private static func finish(
    _ count: Int, _ reading: SocketReading, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    if let address = reading.flagsAddress { try call.put(UInt16(0), at: address) }
    return try done(count, reading.address, call)
  }

  static func send(
    _ bytes: [UInt8], to socket: GuestSocket, _ address: UInt32, _ flags: DescriptorFlags, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    switch bytes.withUnsafeBytes({ socket.send($0) }) {
    case .failed(let code): throw .errno(errno(code))
    case .done(let count): return try done(count, address, call)
    case .notReady:
      guard !flags.contains(.nonBlocking) else { throw .errno(.again) }
      return try wait(for: socket.condition(.writable), call) { call throws(CallFailure) in
        try send(bytes, to: socket, address, flags, call)
      }
    }
  }

  private static func errno(_ code: Int32) -> Errno {
    switch code {
    case ECONNABORTED: .connectionAborted
    case ECONNRESET: .connectionReset
    case ENOTCONN: .notConnected
    case let other: Errno(FileError(errno: other))
    }
  }
}
