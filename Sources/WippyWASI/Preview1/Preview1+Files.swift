import WippyComponent
import WippyCore
import WippyEngine

extension Preview1 {
  /// `fd_*` of files and directories.
  static let fileFunctions: [String: Function] = [
    "fd_filestat_get": Function([.i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, .status, scope)
        let address = call.u32(1)
        guard let opened = try? descriptor.opened else {
          let place = try call.slice(address, 64, alignment: 8)
          place.initializeMemory(as: UInt8.self, repeating: 0)
          place[16] = fileType(descriptor, scope, try call.wasi)
          return reply(.success)
        }
        return try fileCall(call, { effort throws(FileError) in try opened.status(effort) }) {
          call, status throws(CallFailure) in try store(status, at: address, call)
        }
      }
    },
    "fd_filestat_set_size": Function([.i32, .i64]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        if case .standard = descriptor.object { throw .errno(.invalid) }
        let file = try file(of: descriptor, .setSize)
        let size = call.u64(1)
        return try change(call) { () throws(FileError) in try file.setSize(size) }
      }
    },
    "fd_filestat_set_times": Function([.i32, .i64, .i64, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, .setTimes, scope)
        let opened = try Result { () throws(Errno) in try descriptor.opened }.orFail()
        let (accessed, modified) = try times(1, flags: 3, call)
        return try change(call) { () throws(FileError) in
          try opened.setTimes(accessed: accessed, modified: modified)
        }
      }
    },
    "fd_advise": Function([.i32, .i64, .i64, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let file = try file(of: try call.descriptor(0, scope), .advise)
        let (offset, count) = (call.u64(1), call.u64(2))
        guard let advice = UInt8(exactly: call.u32(3)).flatMap(RegularFile.Advice.init) else {
          throw .errno(.invalid)
        }
        return try change(call) { () throws(FileError) in try file.advise(advice, count, at: offset) }
      }
    },
    "fd_allocate": Function([.i32, .i64, .i64]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        if case .standard = descriptor.object { throw .errno(.invalid) }
        let file = try file(of: descriptor, .allocate)
        let (offset, count) = (call.u64(1), call.u64(2))
        return try change(call) { () throws(FileError) in try file.allocate(count, at: offset) }
      }
    },
    "fd_sync": Function([.i32]) { scope in synchronize(.sync, dataOnly: false, scope) },
    "fd_datasync": Function([.i32]) { scope in synchronize(.dataSync, dataOnly: true, scope) },
    "fd_readdir": Function([.i32, .i32, .i32, .i64, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        guard case .directory(let directory, _) = descriptor.object else {
          if case .standard = descriptor.object { throw .errno(.invalid) }
          throw .errno(.notDirectory)
        }
        guard descriptor.rights.contains(.readDirectory) else { throw .errno(.notCapable) }
        let (address, room, used) = (call.u32(1), call.u32(2), call.u32(4))
        _ = try call.slice(address, room)
        _ = try call.slice(used, 4, alignment: 4)
        let cookie = call.u64(3)
        guard let listing = descriptor.listing else {
          return try fileCall(call, { effort throws(FileError) in try directory.list(effort) }) {
            call, listing throws(CallFailure) in
            descriptor.listing = listing
            return try list(listing, from: cookie, address, room, used, call)
          }
        }
        return try list(listing, from: cookie, address, room, used, call)
      }
    },
  ]

  private static func synchronize(_ rights: Rights, dataOnly: Bool, _ scope: Scope) -> HostFunction {
    resumable { call throws(CallFailure) in
      let descriptor = try call.descriptor(0, scope)
      let opened = try Result { () throws(Errno) in try descriptor.opened }.orFail()
      guard descriptor.rights.contains(rights) else { throw .errno(.notCapable) }
      return try change(call) { () throws(FileError) in try opened.synchronize(dataOnly: dataOnly) }
    }
  }

  // MARK: Directories

  private static func list(
    _ listing: DirectoryListing, from cookie: UInt64, _ address: UInt32, _ room: UInt32, _ used: UInt32,
    _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    try fileCall(
      call, { effort throws(FileError) in try entries(of: listing, from: cookie, Int(room), effort) }
    ) { call, bytes throws(CallFailure) in
      try call.slice(address, UInt32(bytes.count)).copyBytes(from: bytes)
      return try done(bytes.count, used, call)
    }
  }

  /// As many entries as fit, the last one cut off where it does not: that is how a guest sees that there are more.
  private static func entries(
    of listing: DirectoryListing, from cookie: UInt64, _ room: Int, _ effort: Effort
  ) throws(FileError) -> [UInt8] {
    listing.move(to: cookie)
    var bytes: [UInt8] = []
    while bytes.count < room, let entry = try listing.next(effort) {
      bytes.append(entry.cookie)
      bytes.append(entry.inode)
      bytes.append(UInt32(entry.name.count))
      bytes.append(UInt32(entry.type.preview1))
      bytes += entry.name
    }
    if bytes.count > room { bytes.removeLast(bytes.count - room) }
    return bytes
  }

  // MARK: Attributes

  /// `filestat`
  static func store(
    _ status: FileStatus, at address: UInt32, _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    try call.slice(address, 64, alignment: 8).initializeMemory(as: UInt8.self, repeating: 0)
    try call.put(status.device, at: address)
    try call.put(status.inode, at: address &+ 8)
    try call.put(status.type.preview1, at: address &+ 16)
    try call.put(status.linkCount, at: address &+ 24)
    try call.put(status.size, at: address &+ 32)
    try call.put(status.accessed.sinceEpoch, at: address &+ 40)
    try call.put(status.modified.sinceEpoch, at: address &+ 48)
    try call.put(status.changed.sinceEpoch, at: address &+ 56)
    return reply(.success)
  }

  /// The two times at `index` and after it, as `fstflags` say.
  static func times(
    _ index: Int, flags: Int, _ call: borrowing HostCall
  ) throws(CallFailure) -> (accessed: NewFileTime, modified: NewFileTime) {
    let bits = call.u32(flags)
    guard bits & ~0xf == 0 else { throw .errno(.invalid) }
    return (
      try time(call.u64(index), isSet: bits & 1 != 0, isNow: bits & 2 != 0),
      try time(call.u64(index + 1), isSet: bits & 4 != 0, isNow: bits & 8 != 0)
    )
  }

  private static func time(_ value: UInt64, isSet: Bool, isNow: Bool) throws(CallFailure) -> NewFileTime {
    switch (isSet, isNow) {
    case (true, true): throw .errno(.invalid)
    case (true, false):
      return .time(
        FileTime(seconds: Int64(value / 1_000_000_000), nanoseconds: UInt32(value % 1_000_000_000)))
    case (false, true): return .now
    case (false, false): return .unchanged
    }
  }
}

extension FileType {
  /// `filetype`, which has another order than 0.2's.
  var preview1: UInt8 {
    switch self {
    case .unknown, .fifo: 0
    case .blockDevice: 1
    case .characterDevice: 2
    case .directory: 3
    case .regularFile: 4
    case .socket: 6
    case .symbolicLink: 7
    }
  }
}

extension [UInt8] {
  /// Appends a number as it stands in a guest's memory.
  fileprivate mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
