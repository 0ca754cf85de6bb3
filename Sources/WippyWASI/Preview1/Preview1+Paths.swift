import WippyComponent
import WippyCore
import WippyEngine

extension Preview1 {
  /// `path_*`
  static let pathFunctions: [String: Function] = [
    "path_open": path([.i32, .i32, .i32, .i32, .i32, .i64, .i64, .i32, .i32]) { call, scope throws(CallFailure) in
      try open(call, scope)
    },
    "path_filestat_get": path([.i32, .i32, .i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let directory = try directory(0, .pathStatus, call, scope)
      let follows = try followsLink(1, call)
      let path = try call.guestPath(2)
      let address = call.u32(4)
      return try fileCall(
        call, { effort throws(FileError) in try directory.status(of: path, followsLink: follows, effort) }
      ) { call, status throws(CallFailure) in try store(status, at: address, call) }
    },
    "path_filestat_set_times": path([.i32, .i32, .i32, .i32, .i64, .i64, .i32]) { call, scope throws(CallFailure) in
      let directory = try directory(0, .pathSetTimes, call, scope)
      let follows = try followsLink(1, call)
      let path = try call.guestPath(2)
      let (accessed, modified) = try times(4, flags: 6, call)
      return try change(call) { () throws(FileError) in
        try directory.setTimes(of: path, followsLink: follows, accessed: accessed, modified: modified)
      }
    },
    "path_create_directory": path([.i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let directory = try directory(0, .createDirectory, call, scope)
      let path = try call.guestPath(1)
      return try change(call) { () throws(FileError) in try directory.createDirectory(path) }
    },
    "path_remove_directory": path([.i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let directory = try directory(0, .removeDirectory, call, scope)
      let path = try call.guestPath(1)
      return try change(call) { () throws(FileError) in try directory.removeDirectory(path) }
    },
    "path_unlink_file": path([.i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let directory = try directory(0, .unlinkFile, call, scope)
      let path = try call.guestPath(1)
      return try change(call) { () throws(FileError) in try directory.unlinkFile(path) }
    },
    "path_readlink": path([.i32, .i32, .i32, .i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let directory = try directory(0, .readLink, call, scope)
      let path = try call.guestPath(1)
      let (address, room, used) = (call.u32(3), call.u32(4), call.u32(5))
      _ = try call.slice(address, room)
      return try fileCall(call, { effort throws(FileError) in try directory.symbolicLinkTarget(of: path, effort) }) {
        call, target throws(CallFailure) in
        // What does not fit is cut off.
        let bytes = target.utf8.prefix(Int(room))
        try call.slice(address, UInt32(bytes.count)).copyBytes(from: bytes)
        return try done(bytes.count, used, call)
      }
    },
    "path_symlink": path([.i32, .i32, .i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let target = try call.text(0)
      let directory = try directory(2, .symbolicLink, call, scope)
      let path = try call.guestPath(3)
      return try change(call) { () throws(FileError) in try directory.createSymbolicLink(path, to: target) }
    },
    "path_link": path([.i32, .i32, .i32, .i32, .i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let source = try directory(0, .linkSource, call, scope)
      let follows = try followsLink(1, call)
      let path = try call.guestPath(2)
      let target = try directory(4, .linkTarget, call, scope)
      let newPath = try call.guestPath(5)
      // As everywhere: a link to where a link leads is not to be had.
      if follows { throw .errno(.invalid) }
      return try change(call) { () throws(FileError) in try source.link(path, to: target, as: newPath) }
    },
    "path_rename": path([.i32, .i32, .i32, .i32, .i32, .i32]) { call, scope throws(CallFailure) in
      let source = try directory(0, .renameSource, call, scope)
      let path = try call.guestPath(1)
      let target = try directory(3, .renameTarget, call, scope)
      let newPath = try call.guestPath(4)
      return try change(call) { () throws(FileError) in try source.rename(path, to: target, as: newPath) }
    },
  ]

  /// A function of the filesystem's group.
  private static func path(
    _ parameters: [CoreValueType],
    _ body: @escaping @Sendable (borrowing HostCall, Scope) throws(CallFailure) -> HostReply
  ) -> Function {
    Function(parameters) { scope in
      scope.granted("wasi:filesystem/types", resumable { call throws(CallFailure) in try body(call, scope) })
    }
  }

  /// The directory that a path is relative to.
  private static func directory(
    _ index: Int, _ rights: Rights, _ call: borrowing HostCall, _ scope: Scope
  ) throws(CallFailure) -> Directory {
    let descriptor = try call.descriptor(index, scope)
    let directory = try Result { () throws(Errno) in try descriptor.directory }.orFail()
    guard descriptor.rights.isSuperset(of: rights) else { throw .errno(.notCapable) }
    return directory
  }

  /// `lookupflags`
  private static func followsLink(_ index: Int, _ call: borrowing HostCall) throws(CallFailure) -> Bool {
    guard call.u32(index) <= 1 else { throw .errno(.invalid) }
    return call.u32(index) == 1
  }

  // MARK: Opening

  private static func open(_ call: borrowing HostCall, _ scope: Scope) throws(CallFailure) -> HostReply {
    let table = scope.descriptors(try call.wasi)
    let parent = try call.descriptor(0, scope)
    var request = OpenRequest()
    request.followsLink = try followsLink(1, call)
    let path = try call.guestPath(2)
    let bits = call.u32(4)
    guard bits & ~0xf == 0, let flagBits = UInt16(exactly: call.u32(7)) else { throw .errno(.invalid) }
    request.creates = bits & 1 != 0
    request.mustBeDirectory = bits & 2 != 0
    request.isExclusive = bits & 4 != 0
    request.truncates = bits & 8 != 0
    let flags = DescriptorFlags(rawValue: flagBits)
    guard flags.isSubset(of: .all) else { throw .errno(.invalid) }
    let rights = Rights(rawValue: call.u64(5)).intersection(.all)
    let inheriting = Rights(rawValue: call.u64(6)).intersection(.all)
    var needed: Rights = .open
    if request.creates { needed.insert(.createFile) }
    if request.truncates { needed.insert(.pathSetSize) }
    let directory = try directory(0, needed, call, scope)
    // What makes no sense with what is opened is dropped later; sockets' rights never make sense here.
    let asked = rights.union(inheriting).subtracting([.shutDown, .accept])
    guard asked.isSubset(of: parent.inheriting) else { throw .errno(.notCapable) }
    request.writes = !rights.isDisjoint(with: .writing)
    request.reads = rights.contains(.read) || rights.contains(.readDirectory) || !request.writes
    let address = call.u32(8)
    _ = try call.slice(address, 4, alignment: 4)
    return try fileCall(call, { [request] effort throws(FileError) in try directory.open(path, request, effort) }) {
      call, opened throws(CallFailure) in
      let descriptor: Preview1Descriptor
      switch opened {
      case .file(let file):
        descriptor = Preview1Descriptor(.file(file), rights: rights.intersection(.file), flags: flags)
      case .directory(let directory):
        descriptor = Preview1Descriptor(
          .directory(directory, preopen: nil), rights: rights.intersection(.directory), inheriting: inheriting,
          flags: flags)
      }
      let number: UInt32
      do throws(HostFault) { number = try call.insert(descriptor, into: table) } catch { throw .fault(error) }
      try call.put(number, at: address)
      return reply(.success)
    }
  }
}
