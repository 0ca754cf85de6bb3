import WippyCore

/// The module `fs`. Every operation runs on the pool of blocking threads, while the calling coroutine waits.
enum LuaFilesModule {
  static let module = LuaModule(
    "fs",
    [
      .function("get") { call throws(LuaFailure) in
        guard let filesystems = call.services.filesystems else {
          throw .error(.unavailable, "there is no project here")
        }
        let text = try call.string(1)
        guard let id = EntryID(text) else {
          throw .error(.invalid, "\"\(text.prefix(100))\" is no entry's id: write `namespace:name`")
        }
        let process = call.context.pid
        return try perform(&call, "fs.get") { () throws(LuaErrorValue) in
          let directory = try filesystems.directory(id, for: process)
          return { $0.push(Self.directory, reference: DirectoryBox(directory)) }
        }
      },
      .module(LuaModule("type", [.text("FILE", "file"), .text("DIR", "directory")])),
      .module(LuaModule("seek", [.text("SET", "set"), .text("CUR", "cur"), .text("END", "end")])),
    ])

  /// What one call reads or lists at most.
  static let maximumBytes = 64 << 20

  static let directory: LuaClass = LuaClass(
    "filesystem", hasReference: true,
    [
      .function("__tostring") { call throws(LuaFailure) in
        call.push("filesystem \(try box(call).directory.name)")
        return .values
      },
      .function("readfile", readFile),
      .function("writefile", writeFile),
      .function("open") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2))
        let mode = try mode(call, 3, default: "r")
        return try perform(&call, "fs.open") { () throws(LuaErrorValue) in
          let file = try directory.open(path, mode)
          return { $0.push(LuaFileObject.kind, reference: LuaFileObject(file)) }
        }
      },
      .function("readdir") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2, default: "."))
        return try perform(&call, "fs.readdir") { () throws(LuaErrorValue) in
          let entries = try directory.list(path)
          return { $0.push(LuaDirectoryListing.kind, reference: LuaDirectoryListing(entries)) }
        }
      },
      .function("stat") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2))
        return try perform(&call, "fs.stat") { () throws(LuaErrorValue) in
          let status = try directory.status(path)
          return { $0.push(status, name: path.split(separator: "/").last.map(String.init) ?? "/") }
        }
      },
      .function("exists") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2))
        return try perform(&call, "fs.exists") { () throws(LuaErrorValue) in
          let exists = try directory.exists(path)
          return { $0.push(exists) }
        }
      },
      .function("isdir") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2))
        return try perform(&call, "fs.isdir") { () throws(LuaErrorValue) in
          let isDirectory = try directory.status(path).type == "directory"
          return { $0.push(isDirectory) }
        }
      },
      .function("mkdir") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2))
        return try perform(&call, "fs.mkdir") { () throws(LuaErrorValue) in
          try directory.createDirectory(path)
          return { $0.push(true) }
        }
      },
      .function("remove") { call throws(LuaFailure) in
        let (directory, path) = (try box(call).directory, try call.string(2))
        return try perform(&call, "fs.remove") { () throws(LuaErrorValue) in
          try directory.remove(path)
          return { $0.push(true) }
        }
      },
    ])

  private final class DirectoryBox: Sendable {
    let directory: any LuaDirectory

    init(_ directory: any LuaDirectory) {
      self.directory = directory
    }
  }

  private static func box(_ call: LuaCall) throws(LuaFailure) -> DirectoryBox {
    try call.reference(1, directory, as: DirectoryBox.self)
  }

  private static func mode(_ call: LuaCall, _ index: Int, default text: String) throws(LuaFailure) -> LuaFileMode {
    let text = try call.string(index, default: text)
    guard let mode = LuaFileMode(text) else {
      throw .error(.invalid, "\"\(text.prefix(20))\" is no mode of files: write \"r\", \"w\", \"a\", \"wx\" or \"r+\"")
    }
    return mode
  }

  private static func readFile(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let (directory, path) = (try box(call).directory, try call.string(2))
    return try perform(&call, "fs.readfile") { () throws(LuaErrorValue) in
      var mode = LuaFileMode()
      mode.reads = true
      let file = try directory.open(path, mode)
      defer { file.close() }
      let size = try file.status().size
      guard size <= UInt64(maximumBytes) else {
        throw LuaErrorValue(
          .invalid, "\(path) has \(size) bytes: more than \(maximumBytes) are not read at once; open it and read pieces"
        )
      }
      // Files that somebody makes up while they are read say that they are empty.
      var bytes = try file.read(max(Int(size), 4096))
      while bytes.count >= Int(size), bytes.count < maximumBytes {
        let more = try file.read(min(maximumBytes - bytes.count, 64 << 10))
        if more.isEmpty { break }
        bytes += more
      }
      return { [bytes] in $0.push(bytes: bytes) }
    }
  }

  private static func writeFile(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let (directory, path, bytes) = (try box(call).directory, try call.string(2), try call.bytes(3))
    let mode = try mode(call, 4, default: "w")
    guard mode.writes else { throw .error(.invalid, "a file is not written in the mode \"r\"") }
    return try perform(&call, "fs.writefile") { () throws(LuaErrorValue) in
      let file = try directory.open(path, mode)
      defer { file.close() }
      try file.write(bytes)
      return { $0.push(true) }
    }
  }

  /// Does `work` on the pool, and returns what it pushes.
  static func perform(
    _ call: inout LuaCall, _ reason: StaticString,
    _ work: @escaping @Sendable () throws(LuaErrorValue) -> @Sendable (inout LuaOutput) -> Void
  ) throws(LuaFailure) -> LuaReturn {
    let ticket = try call.suspend(waitingFor: reason)
    let isTaken = call.context.reactor.runBlocking {
      do throws(LuaErrorValue) {
        ticket.complete(try work())
      } catch {
        ticket.fail(error)
      }
    }
    if !isTaken {
      ticket.fail(LuaErrorValue(.unavailable, "too much blocking work waits: try again", retryable: true))
    }
    return .suspended
  }
}

extension LuaOutput {
  mutating func push(_ status: LuaFileStatus, name: String?) {
    beginTable(name == nil ? 5 : 6)
    if let name {
      push("name")
      push(name)
    }
    push("type")
    push(status.type)
    push("is_dir")
    push(status.type == "directory")
    push("size")
    push(Int64(clamping: status.size))
    push("mode")
    push(Int64(status.mode))
    push("modified")
    push(time: status.modified)
  }
}
