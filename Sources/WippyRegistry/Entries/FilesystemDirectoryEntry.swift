import WippyCore

/// An `fs.directory` entry, decoded.
package struct FilesystemDirectoryEntry: Sendable {
  package let entry: Entry
  /// As written: relative to the project root unless it is absolute.
  package let directory: String
  package let isCreated: Bool
  /// Permissions of a directory that is created.
  package let mode: UInt32

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "fs.directory")
    self.entry = entry
    directory = try reader.requiredText("directory")
    isCreated = reader.boolean("auto_init") ?? false
    mode = reader.fileMode("mode") ?? 0o755
  }
}
