import WippyComponent
import WippyCore

extension FilesystemFunctions {
  /// What a path below a descriptor names.
  static let paths: InterfaceTable.Functions = [
    "[method]descriptor.open-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let flags = FileDescriptor.Flags(rawValue: UInt8(truncatingIfNeeded: call.u32(5))).intersection(.all)
        let request = try openRequest(flags, call)
        let address = call.u32(6)
        return try lookUp(2, call) { directory, path, effort throws(FileError) in
          try directory.open(path, request, effort)
        } then: { call, result throws(HostFault) in
          try call.reply(result, at: address) { FileDescriptor($0, flags: request.reads ? flags.union(.read) : flags) }
        }
      }),
    "[method]descriptor.stat-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let address = call.u32(4)
        return try status(call) { call, result throws(HostFault) in try call.reply(result, at: address) }
      }),
    "[method]descriptor.metadata-hash-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let address = call.u32(4)
        return try status(call) { call, result throws(HostFault) in try call.replyHash(result, at: address) }
      }),
    "[method]descriptor.set-times-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i64, .i32, .i32, .i64, .i32, .i32),
      .resumable { call throws(HostFault) in
        let follows = try call.followsLink(1)
        let path = try call.path(2)
        let accessed = try call.newTime(4)
        let modified = try call.newTime(7)
        return try change(call, at: call.u32(10)) { descriptor throws(FileError) in
          try descriptor.directory.setTimes(
            of: try path.get(), followsLink: follows, accessed: try accessed.get(), modified: try modified.get())
        }
      }),
    "[method]descriptor.create-directory-at": changing { directory, path throws(FileError) in
      try directory.createDirectory(path)
    },
    "[method]descriptor.remove-directory-at": changing { directory, path throws(FileError) in
      try directory.removeDirectory(path)
    },
    "[method]descriptor.unlink-file-at": changing { directory, path throws(FileError) in
      try directory.unlinkFile(path)
    },
    "[method]descriptor.readlink-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        try lookUp(1, call) { directory, path, effort throws(FileError) in
          try directory.symbolicLinkTarget(of: path, effort)
        } then: { call, result throws(HostFault) in
          call.value(result.map(Value.string))
        }
      }),
    "[method]descriptor.symlink-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let target = try call.string(1, limit: UInt32(GuestPath.longest))
        let path = try call.path(3)
        return try change(call, at: call.u32(5)) { descriptor throws(FileError) in
          guard let target else { throw .nameTooLong }
          try descriptor.directory.createSymbolicLink(try path.get(), to: target)
        }
      }),
    "[method]descriptor.link-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let follows = try call.followsLink(1)
        let path = try call.path(2)
        let other = try call.resource(4, as: FileDescriptor.self)
        let newPath = try call.path(5)
        return try change(call, at: call.u32(7)) { descriptor throws(FileError) in
          // As everywhere: a link to where a link leads is not to be had.
          if follows { throw .invalid }
          try descriptor.directory.link(try path.get(), to: try other.directory, as: try newPath.get())
        }
      }),
    "[method]descriptor.rename-at": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let path = try call.path(1)
        let other = try call.resource(3, as: FileDescriptor.self)
        let newPath = try call.path(4)
        return try change(call, at: call.u32(6)) { descriptor throws(FileError) in
          try descriptor.directory.rename(try path.get(), to: try other.directory, as: try newPath.get())
        }
      }),
  ]

  private static func openRequest(
    _ flags: FileDescriptor.Flags, _ call: borrowing HostCall
  ) throws(HostFault) -> OpenRequest {
    var request = OpenRequest()
    let bits = call.u32(4)
    request.followsLink = try call.followsLink(1)
    request.creates = bits & 1 != 0
    request.mustBeDirectory = bits & 2 != 0
    request.isExclusive = bits & 4 != 0
    request.truncates = bits & 8 != 0
    request.writes = flags.contains(.write)
    // A descriptor that can do nothing is of no use.
    request.reads = flags.contains(.read) || !request.writes
    return request
  }

  /// A function of a path that changes something.
  private static func changing(
    _ work: @escaping @Sendable (Directory, GuestPath) throws(FileError) -> Void
  ) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let path = try call.path(1)
        return try change(call, at: call.u32(3)) { descriptor throws(FileError) in
          try work(try descriptor.directory, try path.get())
        }
      })
  }

  private static func status(
    _ call: borrowing HostCall,
    then: @escaping (borrowing HostCall, Result<FileStatus, FileError>) throws(HostFault) -> HostReply
  ) throws(HostFault) -> HostReply {
    let follows = try call.followsLink(1)
    return try lookUp(
      2, call,
      { directory, path, effort throws(FileError) in try directory.status(of: path, followsLink: follows, effort) },
      then: then)
  }

  /// Does something with the path at `index` that changes nothing.
  private static func lookUp<Output: Sendable>(
    _ index: Int, _ call: borrowing HostCall,
    _ work: @escaping @Sendable (Directory, GuestPath, Effort) throws(FileError) -> Output,
    then: @escaping (borrowing HostCall, Result<Output, FileError>) throws(HostFault) -> HostReply
  ) throws(HostFault) -> HostReply {
    let descriptor = try call.fileDescriptor
    let path = try call.path(index)
    return try call.state.file(
      { effort throws(FileError) in try work(try descriptor.directory, try path.get(), effort) }, call, then: then)
  }
}
