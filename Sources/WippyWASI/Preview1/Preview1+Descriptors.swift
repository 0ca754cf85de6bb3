import WippyComponent
import WippyCore
import WippyEngine

extension Preview1 {
  /// Buffers of one read or write at most.
  private static let largestVector: UInt32 = 1024
  /// Bytes of one read or write at most.
  private static let largestTransfer = 65_536

  /// `fd_*`: the standard streams are the only descriptors that there are.
  static let descriptorFunctions: [String: Function] = [
    "fd_write": Function([.i32, .i32, .i32, .i32]) { scope in
      .resumable { call throws(HostFault) in try write(scope, call) }
    },
    "fd_read": Function([.i32, .i32, .i32, .i32]) { scope in
      .resumable { call throws(HostFault) in try read(scope, call) }
    },
    "fd_close": Function([.i32]) { _ in
      immediate { call throws(HostFault) in
        let descriptors = try call.state.descriptors
        guard let standard = descriptors.standard(call.u32(0)) else { return .badDescriptor }
        descriptors.close(standard)
        return .success
      }
    },
    "fd_fdstat_get": Function([.i32, .i32]) { scope in
      immediate { call throws(HostFault) in
        let state = try call.state
        guard let standard = state.descriptors.standard(call.u32(0)) else { return .badDescriptor }
        let place = try call.bytes(at: call.u32(1), count: 24, alignment: 8)
        place.initializeMemory(as: UInt8.self, repeating: 0)
        place[0] = fileType(standard, scope, state)
        // The right to read (bit 1) or to write (bit 6), and nothing else: no seek, so that it is no file.
        place.storeBytes(of: UInt64(standard == .input ? 1 << 1 : 1 << 6).littleEndian, toByteOffset: 8, as: UInt64.self)
        return .success
      }
    },
    "fd_filestat_get": Function([.i32, .i32]) { scope in
      immediate { call throws(HostFault) in
        let state = try call.state
        guard let standard = state.descriptors.standard(call.u32(0)) else { return .badDescriptor }
        let place = try call.bytes(at: call.u32(1), count: 64, alignment: 8)
        place.initializeMemory(as: UInt8.self, repeating: 0)
        place[16] = fileType(standard, scope, state)
        return .success
      }
    },
    "fd_prestat_get": standard([.i32, .i32], .badDescriptor),
    "fd_prestat_dir_name": standard([.i32, .i32, .i32], .badDescriptor),
    "fd_seek": standard([.i32, .i64, .i32, .i32], .illegalSeek),
    "fd_tell": standard([.i32, .i32], .illegalSeek),
    "fd_pread": standard([.i32, .i32, .i32, .i64, .i32], .illegalSeek),
    "fd_pwrite": standard([.i32, .i32, .i32, .i64, .i32], .illegalSeek),
    "fd_advise": standard([.i32, .i64, .i64, .i32], .illegalSeek),
    "fd_allocate": standard([.i32, .i64, .i64], .invalid),
    "fd_datasync": standard([.i32], .invalid),
    "fd_sync": standard([.i32], .invalid),
    "fd_fdstat_set_flags": standard([.i32, .i32], .success),
    "fd_fdstat_set_rights": standard([.i32, .i64, .i64], .notSupported),
    "fd_filestat_set_size": standard([.i32, .i64], .invalid),
    "fd_filestat_set_times": standard([.i32, .i64, .i64, .i32], .invalid),
    "fd_readdir": standard([.i32, .i32, .i32, .i64, .i32], .invalid),
    "fd_renumber": standard([.i32, .i32], .notSupported),
  ]

  /// A function that says `errno` of a standard stream, and of everything else that it is no descriptor.
  private static func standard(_ parameters: [CoreValueType], _ errno: Errno) -> Function {
    Function(parameters) { _ in
      immediate { call throws(HostFault) in
        try call.state.descriptors.standard(call.u32(0)) == nil ? .badDescriptor : errno
      }
    }
  }

  /// 2 is a character device, which libraries take for a terminal; 0 is unknown.
  private static func fileType(
    _ standard: Preview1Descriptors.Standard, _ scope: Scope, _ state: WASIState
  ) -> UInt8 {
    guard scope.grants(standard.interface) else { return 0 }
    let streams = state.environment.standardStreams
    let isTerminal =
      switch standard {
      case .input: streams.input.isTerminal
      case .output: streams.output.isTerminal
      case .error: streams.error.isTerminal
      }
    return isTerminal ? 2 : 0
  }

  // MARK: Reading and writing

  private static func reply(_ errno: Errno) -> HostReply { .flat(UInt64(errno.rawValue)) }

  private static func errno(_ failure: StreamFailure) -> Errno {
    switch failure {
    case .closed: .brokenPipe
    case .failed, .system: .io
    case .misuse: .invalid
    }
  }

  static func outputStream(
    _ standard: Preview1Descriptors.Standard, _ scope: Scope, _ state: WASIState
  ) -> OutputStream {
    let isGranted = scope.grants(standard.interface)
    return state.descriptors.outputStream(standard) {
      standard == .error ? state.makeError(granted: isGranted) : state.makeOutput(granted: isGranted)
    }
  }

  static func inputStream(_ scope: Scope, _ state: WASIState) -> InputStream {
    state.descriptors.inputStream { state.makeInput(granted: scope.grants("wasi:cli/stdin")) }
  }

  private static func write(_ scope: Scope, _ call: borrowing HostCall) throws(HostFault) -> HostReply {
    let state = try call.state
    guard let standard = state.descriptors.standard(call.u32(0)), standard != .input else {
      return reply(.badDescriptor)
    }
    guard call.u32(2) <= largestVector else { return reply(.invalid) }
    let written = call.u32(3)
    _ = try call.bytes(at: written, count: 4, alignment: 4)
    // Copied, because the guest's memory may move while it waits.
    var bytes: [UInt8] = []
    for (address, count) in try vector(call) {
      let part = try call.bytes(at: address, count: count)
      bytes.append(contentsOf: part.prefix(largestTransfer - bytes.count))
      if bytes.count == largestTransfer { break }
    }
    return try write(bytes, to: outputStream(standard, scope, state), written, call)
  }

  private static func write(
    _ bytes: [UInt8], to stream: OutputStream, _ written: UInt32, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    let outcome = Result { () throws(StreamFailure) in
      try bytes.withStreamBytes { bytes throws(StreamFailure) in try stream.writeSome(bytes) }
    }
    switch outcome {
    case .failure(let failure): return reply(errno(failure))
    case .success(0) where !bytes.isEmpty:
      return .wait(try call.state.wait(for: [stream.condition])) { call throws(HostFault) in
        try write(bytes, to: stream, written, call)
      }
    case .success(let count):
      try call.store(UInt32(count), at: written)
      return reply(.success)
    }
  }

  private static func read(_ scope: Scope, _ call: borrowing HostCall) throws(HostFault) -> HostReply {
    let state = try call.state
    guard state.descriptors.standard(call.u32(0)) == .input else { return reply(.badDescriptor) }
    guard call.u32(2) <= largestVector else { return reply(.invalid) }
    let read = call.u32(3)
    _ = try call.bytes(at: read, count: 4, alignment: 4)
    // The first buffer that has room: a read may be short.
    guard let (address, count) = try vector(call).first(where: { $0.count > 0 }) else {
      try call.store(UInt32(0), at: read)
      return reply(.success)
    }
    _ = try call.bytes(at: address, count: count)
    return try readStream(inputStream(scope, state), address, count, read, call)
  }

  private static func readStream(
    _ stream: InputStream, _ address: UInt32, _ count: UInt32, _ read: UInt32, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    let place = try call.bytes(at: address, count: count)
    switch Result(catching: { () throws(StreamFailure) in try stream.read(into: place) }) {
    case .failure(.closed):
      try call.store(UInt32(0), at: read)
      return reply(.success)
    case .failure(let failure): return reply(errno(failure))
    case .success(0):
      return .wait(try call.state.wait(for: [stream.condition])) { call throws(HostFault) in
        try readStream(stream, address, count, read, call)
      }
    case .success(let bytes):
      try call.store(UInt32(bytes), at: read)
      return reply(.success)
    }
  }

  /// The buffers that the second and third argument tell of.
  private static func vector(
    _ call: borrowing HostCall
  ) throws(HostFault) -> [(address: UInt32, count: UInt32)] {
    let count = call.u32(2)
    let list = try call.bytes(at: call.u32(1), count: count * 8, alignment: 4)
    return (0..<Int(count)).map { index in
      (
        UInt32(littleEndian: list.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self)),
        UInt32(littleEndian: list.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt32.self))
      )
    }
  }
}
