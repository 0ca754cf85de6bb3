import WippyComponent
import WippyCore

extension FilesystemFunctions {
  /// Directories' names.
  static let listings: InterfaceTable.Functions = [
    "[method]descriptor.read-directory": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        let descriptor = try call.fileDescriptor
        let address = call.u32(1)
        return try call.state.file(
          { effort throws(FileError) in try descriptor.directory.list(effort) }, call
        ) { call, result throws(HostFault) in
          try call.reply(result, at: address) { DirectoryEntryStream($0) }
        }
      }),
    "[method]directory-entry-stream.read-directory-entry": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        let listing = try call.resource(0, as: DirectoryEntryStream.self).listing
        return try call.state.file(
          { effort throws(FileError) in try value(of: listing, effort) }, call
        ) { call, result throws(HostFault) in call.value(result) }
      }),
  ]

  /// The next entry; `null` at the end.
  private static func value(of listing: DirectoryListing, _ effort: Effort) throws(FileError) -> Value {
    while let entry = try listing.next(effort) {
      if entry.isDots { continue }
      guard let name = String(validating: entry.name, as: UTF8.self) else { throw .illegalByteSequence }
      return .table([.init("type", .string(entry.type.name)), .init("name", .string(name))])
    }
    return .null
  }
}
