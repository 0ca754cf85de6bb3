import WippyComponent
import WippyCore

extension FilesystemFunctions {
  /// What is known about an open file.
  static let attributes: InterfaceTable.Functions = [
    "[method]descriptor.get-flags": InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let descriptor = try call.fileDescriptor
        try call.store(UInt8(0), at: call.u32(1))
        try call.store(descriptor.flags.rawValue, at: call.u32(1) &+ 1)
      }),
    "[method]descriptor.get-type": InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let type: FileType
        switch try call.fileDescriptor.opened {
        case .file: type = .regularFile
        case .directory: type = .directory
        }
        try call.store(UInt8(0), at: call.u32(1))
        try call.store(type.rawValue, at: call.u32(1) &+ 1)
      }),
    "[method]descriptor.set-times": InterfaceFunction(
      .takes(.i32, .i32, .i64, .i32, .i32, .i64, .i32, .i32),
      .resumable { call throws(HostFault) in
        let accessed = try call.newTime(1)
        let modified = try call.newTime(4)
        return try change(call, at: call.u32(7)) { descriptor throws(FileError) in
          try descriptor.opened.setTimes(accessed: try accessed.get(), modified: try modified.get())
        }
      }),
    "[method]descriptor.stat": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        let address = call.u32(1)
        return try status(call) { call, result throws(HostFault) in try call.reply(result, at: address) }
      }),
    "[method]descriptor.metadata-hash": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        let address = call.u32(1)
        return try status(call) { call, result throws(HostFault) in try call.replyHash(result, at: address) }
      }),
    "[method]descriptor.is-same-object": InterfaceFunction(
      .takes(.i32, .i32).returns(.i32),
      .resumable { call throws(HostFault) in
        let first = try call.fileDescriptor
        let second = try call.resource(1, as: FileDescriptor.self)
        let isSame: @Sendable (Effort) throws(FileError) -> Bool = { effort throws(FileError) in
          try first.opened.status(effort).isSameFile(as: try second.opened.status(effort))
        }
        return try call.state.file(isSame, call) { _, result throws(HostFault) in
          if case .success(true) = result { .flat(1) } else { .flat(0) }
        }
      }),
  ]

  private static func status(
    _ call: borrowing HostCall,
    then: @escaping (borrowing HostCall, Result<FileStatus, FileError>) throws(HostFault) -> HostReply
  ) throws(HostFault) -> HostReply {
    let opened = try call.fileDescriptor.opened
    return try call.state.file({ effort throws(FileError) in try opened.status(effort) }, call, then: then)
  }
}
