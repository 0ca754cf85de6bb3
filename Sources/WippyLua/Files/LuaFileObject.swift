import WippyCore

/// What `fs.open` returns.
final class LuaFileObject: Sendable {
  private let file: any LuaFile

  init(_ file: any LuaFile) {
    self.file = file
  }

  deinit {
    file.close()
  }

  static let kind: LuaClass = LuaClass(
    "file", hasReference: true,
    [
      .function("read") { call throws(LuaFailure) in
        let file = try file(call)
        let count = try call.integer(2, default: 64 << 10)
        guard (1...Int64(LuaFilesModule.maximumBytes)).contains(count) else {
          throw .argument(2, "between 1 and \(LuaFilesModule.maximumBytes) bytes can be read, not \(count)")
        }
        return try LuaFilesModule.perform(&call, "file.read") { () throws(LuaErrorValue) in
          let bytes = try file.read(Int(count))
          // The end is no error: there is nothing.
          return { if bytes.isEmpty { $0.pushNil() } else { $0.push(bytes: bytes) } }
        }
      },
      .function("write") { call throws(LuaFailure) in
        let (file, bytes) = (try file(call), try call.bytes(2))
        return try LuaFilesModule.perform(&call, "file.write") { () throws(LuaErrorValue) in
          try file.write(bytes)
          return { $0.push(Int64(bytes.count)) }
        }
      },
      .function("seek") { call throws(LuaFailure) in
        let file = try file(call)
        let text = try call.string(2, default: "cur")
        guard let origin = LuaFileOrigin(rawValue: text) else {
          throw .argument(2, "\"set\", \"cur\" or \"end\" expected, got \"\(text.prefix(20))\"")
        }
        let offset = try call.integer(3, default: 0)
        return try LuaFilesModule.perform(&call, "file.seek") { () throws(LuaErrorValue) in
          let position = try file.seek(origin, offset)
          return { $0.push(position) }
        }
      },
      .function("stat") { call throws(LuaFailure) in
        let file = try file(call)
        return try LuaFilesModule.perform(&call, "file.stat") { () throws(LuaErrorValue) in
          let status = try file.status()
          return { $0.push(status, name: nil) }
        }
      },
      .function("sync") { call throws(LuaFailure) in
        let file = try file(call)
        return try LuaFilesModule.perform(&call, "file.sync") { () throws(LuaErrorValue) in
          try file.synchronize()
          return { $0.push(true) }
        }
      },
      .function("close", close), .function("__close", close),
    ])

  private static func file(_ call: LuaCall) throws(LuaFailure) -> any LuaFile {
    try call.reference(1, kind, as: LuaFileObject.self).file
  }

  private static let close: LuaFunction = { call throws(LuaFailure) in
    try file(call).close()
    call.push(true)
    return .values
  }
}
