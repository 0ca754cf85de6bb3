import Synchronization

/// What `fs.readdir` returns: `for entry in filesystem:readdir(path) do`, or `:all()`.
final class LuaDirectoryListing: Sendable {
  private let entries: [LuaFileEntry]
  private let next = Mutex(0)

  init(_ entries: [LuaFileEntry]) {
    self.entries = entries
  }

  static let kind: LuaClass = LuaClass(
    "directory listing", hasReference: true,
    [
      .function("__call") { call throws(LuaFailure) in
        let listing = try listing(call)
        let index = listing.next.withLock { next in
          defer { next += 1 }
          return next
        }
        if index < listing.entries.count { push(listing.entries[index], &call) } else { call.pushNil() }
        return .values
      },
      .function("__len") { call throws(LuaFailure) in
        call.push(try listing(call).entries.count)
        return .values
      },
      .function("all") { call throws(LuaFailure) in
        let entries = try listing(call).entries
        call.output.beginArray(entries.count)
        for entry in entries { push(entry, &call) }
        return .values
      },
    ])

  private static func listing(_ call: LuaCall) throws(LuaFailure) -> LuaDirectoryListing {
    try call.reference(1, kind, as: LuaDirectoryListing.self)
  }

  private static func push(_ entry: LuaFileEntry, _ call: inout LuaCall) {
    call.output.beginTable(3)
    call.push("name")
    call.push(bytes: entry.name)
    call.push("type")
    call.push(entry.type)
    call.push("is_dir")
    call.push(entry.type == "directory")
  }
}
