import WippyComponent
import WippyCore

extension FilesystemFunctions {
  /// Bytes of one read or write at most.
  private static let largestTransfer: UInt64 = 1 << 20

  /// The streams of a file.
  static let streams: InterfaceTable.Functions = [
    "[method]descriptor.read-via-stream": InterfaceFunction(
      .takes(.i32, .i64, .i32),
      .immediate { call throws(HostFault) in
        let descriptor = try call.fileDescriptor
        let offset = call.u64(1)
        let reactor = try call.state.reactor
        let source = Result { () throws(FileError) -> FileSource in
          let file = try descriptor.file
          guard file.reads else { throw .badDescriptor }
          return FileSource(file, at: offset, reactor: reactor)
        }
        _ = try call.reply(source, at: call.u32(2)) { InputStream($0) }
      }),
    "[method]descriptor.write-via-stream": InterfaceFunction(
      .takes(.i32, .i64, .i32),
      .immediate { call throws(HostFault) in try makeOutput(.offset(call.u64(1)), at: call.u32(2), call) }),
    "[method]descriptor.append-via-stream": InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in try makeOutput(.end, at: call.u32(1), call) }),
  ]

  private static func makeOutput(
    _ position: RegularFile.WritePosition, at address: UInt32, _ call: borrowing HostCall
  ) throws(HostFault) {
    let descriptor = try call.fileDescriptor
    let reactor = try call.state.reactor
    let sink = Result { () throws(FileError) -> FileSink in
      let file = try descriptor.file
      guard file.writes else { throw .badDescriptor }
      return FileSink(file, at: position, durability: descriptor.flags.durability, reactor: reactor)
    }
    _ = try call.reply(sink, at: address) { OutputStream($0) }
  }

  /// Reading and writing without a stream, and what concerns a file's bytes as a whole.
  static let contents: InterfaceTable.Functions = [
    "[method]descriptor.read": InterfaceFunction(
      .takes(.i32, .i64, .i64, .i32),
      .resumable { call throws(HostFault) in
        let descriptor = try call.fileDescriptor
        return try read(descriptor, Int(min(call.u64(1), largestTransfer)), at: call.u64(2), call)
      }),
    "[method]descriptor.write": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        let descriptor = try call.fileDescriptor
        let bytes = UnsafeRawBufferPointer(try call.bytes(at: call.u32(1), count: call.u32(2)))
        return try write(bytes, to: descriptor, at: call.u64(3), call.u32(4), call)
      }),
    "[method]descriptor.set-size": InterfaceFunction(
      .takes(.i32, .i64, .i32),
      .resumable { call throws(HostFault) in
        let size = call.u64(1)
        return try change(call, at: call.u32(2)) { descriptor throws(FileError) in try descriptor.file.setSize(size) }
      }),
    "[method]descriptor.advise": InterfaceFunction(
      .takes(.i32, .i64, .i64, .i32, .i32),
      .resumable { call throws(HostFault) in
        let offset = call.u64(1)
        let length = call.u64(2)
        guard let advice = UInt8(exactly: call.u32(3)).flatMap(RegularFile.Advice.init) else {
          throw .trap("\(call.u32(3)) is no case of advice")
        }
        return try change(call, at: call.u32(4)) { descriptor throws(FileError) in
          try descriptor.file.advise(advice, length, at: offset)
        }
      }),
    "[method]descriptor.sync": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try change(call, at: call.u32(1)) { descriptor throws(FileError) in
          try descriptor.opened.synchronize(dataOnly: false)
        }
      }),
    "[method]descriptor.sync-data": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try change(call, at: call.u32(1)) { descriptor throws(FileError) in
          try descriptor.opened.synchronize(dataOnly: true)
        }
      }),
  ]

  /// Something that waits for the disk, with a result that has no payload.
  static func change(
    _ call: borrowing HostCall, at address: UInt32,
    _ work: @escaping @Sendable (FileDescriptor) throws(FileError) -> Void
  ) throws(HostFault) -> HostReply {
    let descriptor = try call.fileDescriptor
    return try call.state.slowFile { () throws(FileError) in
      try work(descriptor)
    } then: { call, result throws(HostFault) in
      try call.reply(result, at: address)
    }
  }

  private static func read(
    _ descriptor: FileDescriptor, _ count: Int, at offset: UInt64, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    let state = try call.state
    let cached = Result { () throws(FileError) -> [UInt8]? in try descriptor.file.readCached(count, at: offset) }
    switch cached {
    case .failure(let error): return call.value(.failure(error))
    case .success(let bytes?): return call.value(.success(value(bytes, of: count)))
    case .success(nil):
      return state.slowFile { () throws(FileError) in
        try descriptor.file.read(count, at: offset)
      } then: { call, result throws(HostFault) in
        call.value(result.map { value($0, of: count) })
      }
    }
  }

  /// The bytes, and whether they end at the end of the file.
  private static func value(_ bytes: [UInt8], of count: Int) -> Value {
    .array([.bytes(bytes), .bool(bytes.count < count)])
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor, at offset: UInt64, _ address: UInt32,
    _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    let durability = descriptor.flags.durability
    let cached = Result { () throws(FileError) in
      try descriptor.file.writeCached(bytes, at: .offset(offset), durability: durability)
    }
    switch cached {
    case .failure(let error): return try call.reply(Result<Int, FileError>.failure(error), at: address)
    case .success(let count?): return try call.reply(.success(count), at: address)
    case .success(nil):
      let copy = Array(bytes.prefix(Int(largestTransfer)))
      return try call.state.slowFile { () throws(FileError) in
        try descriptor.file.write(copy, at: .offset(offset), durability: durability)
      } then: { call, result throws(HostFault) in
        try call.reply(result, at: address)
      }
    }
  }
}
