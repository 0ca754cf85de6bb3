import WippyComponent
import WippyCore
import WippyEngine

extension Preview1 {
  /// Bytes of one transfer at most: what a worker copies in one go, and what the pool gets memory for.
  private static let largestTransfer = 4 << 20
  private static let largestPoolTransfer = 1 << 20
  private static let largestStreamTransfer = 65_536

  /// Reading and writing.
  static let transferFunctions: [String: Function] = [
    "fd_read": Function([.i32, .i32, .i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, .read, scope)
        let parts = try call.vector(1)
        let address = call.u32(3)
        _ = try call.slice(address, 4, alignment: 4)
        switch descriptor.object {
        case .file(let file):
          let reading = FileReading(file: file, offset: descriptor.position, address: address, descriptor: descriptor)
          return try read(reading, parts, call)
        case .directory: throw .errno(.badDescriptor)
        case .standard(.input):
          // The first buffer that has room: a read may be short.
          guard let part = parts.first(where: { $0.count > 0 }) else { return try done(0, address, call) }
          return try read(inputStream(descriptor, scope, try call.wasi), part, address, descriptor.flags, call)
        case .standard: throw .errno(.badDescriptor)
        case .socket(let socket):
          guard let part = parts.first(where: { $0.count > 0 }) else { return try done(0, address, call) }
          return try receive(
            socket, part, SocketReading(address: address, flags: descriptor.flags), call)
        }
      }
    },
    "fd_pread": Function([.i32, .i32, .i32, .i64, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let file = try file(of: try call.descriptor(0, scope), [.read, .seek])
        let parts = try call.vector(1)
        let address = call.u32(4)
        _ = try call.slice(address, 4, alignment: 4)
        let reading = FileReading(file: file, offset: call.u64(3), address: address, descriptor: nil)
        return try read(reading, parts, call)
      }
    },
    "fd_write": Function([.i32, .i32, .i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, .write, scope)
        let address = call.u32(3)
        _ = try call.slice(address, 4, alignment: 4)
        switch descriptor.object {
        case .file(let file):
          let bytes = try gather(1, upTo: largestPoolTransfer, call)
          let position: RegularFile.WritePosition =
            descriptor.flags.contains(.append) ? .end : .offset(descriptor.position)
          return try write(bytes, to: file, at: position, descriptor, address, movesPosition: true, call)
        case .directory, .standard(.input): throw .errno(.badDescriptor)
        case .standard(let standard):
          let stream = outputStream(descriptor, standard, scope, try call.wasi)
          let parts = try call.vector(1)
          if parts.count == 1 {
            let bytes = try call.slice(parts[0].address, parts[0].count).prefix(largestStreamTransfer)
            let reply = try write(UnsafeRawBufferPointer(rebasing: bytes), to: stream, address, call)
            if let reply { return reply }
          }
          // Copied, because the guest's memory may move while it waits.
          return try write(
            try gather(1, upTo: largestStreamTransfer, call), to: stream, address, descriptor.flags, call)
        case .socket(let socket):
          return try send(
            try gather(1, upTo: largestStreamTransfer, call), to: socket, address, descriptor.flags, call)
        }
      }
    },
    "fd_pwrite": Function([.i32, .i32, .i32, .i64, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        let file = try file(of: descriptor, [.write, .seek])
        let bytes = try gather(1, upTo: largestPoolTransfer, call)
        let address = call.u32(4)
        _ = try call.slice(address, 4, alignment: 4)
        return try write(
          bytes, to: file, at: .offset(call.u64(3)), descriptor, address, movesPosition: false, call)
      }
    },
  ]

  /// The reply to a transfer: how much it was goes to `address`.
  static func done(_ count: Int, _ address: UInt32, _ call: borrowing HostCall) throws(CallFailure) -> HostReply {
    try call.put(UInt32(truncatingIfNeeded: count), at: address)
    return reply(.success)
  }

  /// Parks the process until the condition holds.
  static func wait(
    for condition: WaitCondition, _ call: borrowing HostCall,
    then: @escaping (borrowing HostCall) throws(CallFailure) -> HostReply
  ) throws(CallFailure) -> HostReply {
    .wait(try call.wasi.wait(for: [condition])) { call throws(HostFault) in
      do throws(CallFailure) {
        return try then(call)
      } catch {
        return reply(try error.errno)
      }
    }
  }

  /// The bytes of the buffers that are told of at `index`, from the first on.
  static func gather(_ index: Int, upTo limit: Int, _ call: borrowing HostCall) throws(CallFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in try call.vector(index) {
      let source = try call.slice(part.address, part.count)
      bytes.append(contentsOf: source.prefix(limit - bytes.count))
    }
    return bytes
  }

  // MARK: Files

  private struct FileReading {
    let file: RegularFile
    let offset: UInt64
    /// Where the guest wants to know how much it was.
    let address: UInt32
    /// Whose position moves.
    let descriptor: Preview1Descriptor?

    func finish(_ count: Int, _ call: borrowing HostCall) throws(CallFailure) -> HostReply {
      if let descriptor { descriptor.position = offset &+ UInt64(count) }
      return try done(count, address, call)
    }
  }

  private static func read(
    _ reading: FileReading, _ parts: GuestVector, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    var done = 0
    var wanted = 0
    var isComplete = false
    for part in parts {
      let place = try call.slice(part.address, part.count)
      wanted = min(wanted + place.count, largestTransfer)
      guard !isComplete, done < largestTransfer else { continue }
      let target = UnsafeMutableRawBufferPointer(rebasing: place.prefix(largestTransfer - done))
      let offset = reading.offset &+ UInt64(done)
      let outcome = Result { () throws(FileError) in try reading.file.readCached(into: target, at: offset) }
      guard case .success(let (count, isWhole)) = outcome else {
        if case .failure(let error) = outcome, done == 0 { throw .errno(Errno(error)) }
        return try reading.finish(done, call)
      }
      done += count
      if !isWhole {
        wanted = parts.reduce(0) { min($0 + Int($1.count), largestTransfer) }
        return try readRest(reading, parts, from: done, wanted, call)
      }
      // Short, and whole all the same: the file ends there.
      isComplete = count < target.count
    }
    return try reading.finish(done, call)
  }

  /// Lets the pool read what was not in memory.
  private static func readRest(
    _ reading: FileReading, _ parts: GuestVector, from done: Int, _ wanted: Int, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    let count = min(wanted - done, largestPoolTransfer)
    let (file, offset) = (reading.file, reading.offset &+ UInt64(done))
    return try slowCall(call, { () throws(FileError) in try file.read(count, at: offset) }) {
      call, bytes throws(CallFailure) in
      var skipped = done
      var rest = bytes[...]
      for part in parts where !rest.isEmpty {
        let place = try call.slice(part.address, part.count)
        let start = min(skipped, place.count)
        skipped -= start
        let target = UnsafeMutableRawBufferPointer(rebasing: place[start...])
        let piece = rest.prefix(target.count)
        target.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
      }
      return try reading.finish(done + bytes.count, call)
    }
  }

  private static func write(
    _ bytes: [UInt8], to file: RegularFile, at position: RegularFile.WritePosition, _ descriptor: Preview1Descriptor,
    _ address: UInt32, movesPosition: Bool, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    let durability = descriptor.flags.durability
    let cached = Result { () throws(FileError) in
      try bytes.withUnsafeBytes { buffer in
        Result { () throws(FileError) in try file.writeCached(buffer, at: position, durability: durability) }
      }.get()
    }
    switch cached {
    case .failure(let error): throw .errno(Errno(error))
    case .success(let count?):
      if movesPosition { descriptor.position &+= UInt64(count) }
      return try done(count, address, call)
    case .success(nil):
      return try slowCall(
        call,
        { () throws(FileError) in
          let count = try file.write(bytes, at: position, durability: durability)
          // After a write at the end the position is there.
          return (count, position == .end ? try file.status().size : 0)
        }
      ) { call, outcome throws(CallFailure) in
        if movesPosition {
          descriptor.position = position == .end ? outcome.1 : descriptor.position &+ UInt64(outcome.0)
        }
        return try done(outcome.0, address, call)
      }
    }
  }

  // MARK: Streams

  private static func write(
    _ bytes: [UInt8], to stream: OutputStream, _ address: UInt32, _ flags: DescriptorFlags, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    let reply = try bytes.withStreamBytes { bytes throws(CallFailure) in try write(bytes, to: stream, address, call) }
    if let reply { return reply }
    guard !flags.contains(.nonBlocking) else { throw .errno(.again) }
    return try wait(for: stream.condition, call) { call throws(CallFailure) in
      try write(bytes, to: stream, address, flags, call)
    }
  }

  /// Writes what goes out now; `nil` when the stream is full.
  private static func write(
    _ bytes: UnsafeRawBufferPointer, to stream: OutputStream, _ address: UInt32, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply? {
    switch Result(catching: { () throws(StreamFailure) in try stream.writeSome(bytes) }) {
    case .failure(let failure): throw .errno(Errno(failure))
    case .success(0) where !bytes.isEmpty: return nil
    case .success(let count): return try done(count, address, call)
    }
  }

  private static func read(
    _ stream: InputStream, _ part: GuestBuffer, _ address: UInt32, _ flags: DescriptorFlags, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    let place = try call.slice(part.address, part.count)
    switch Result(catching: { () throws(StreamFailure) in try stream.read(into: place) }) {
    case .failure(.closed): return try done(0, address, call)
    case .failure(let failure): throw .errno(Errno(failure))
    case .success(0):
      guard !flags.contains(.nonBlocking) else { throw .errno(.again) }
      return try wait(for: stream.condition, call) { call throws(CallFailure) in
        try read(stream, part, address, flags, call)
      }
    case .success(let count): return try done(count, address, call)
    }
  }
}
