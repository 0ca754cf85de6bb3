import Glibc
import WippyCore

/// Answers where the directories of `fs.directory` entries are on this machine.
package struct FilesystemResolver: Sendable {
  private let registry: Registry

  package init(_ registry: Registry) { self.registry = registry }

  /// The absolute path of an entry's directory, which is there when this returns; with `auto_init` it is created.
  package func directory(of id: EntryID) throws(RegistryError) -> String {
    let entry = try registry.requireEntry(id)
    let filesystem = try FilesystemDirectoryEntry(entry)
    let path = FilePath.join(registry.project.root, filesystem.directory)
    if !filesystem.isCreated {
      guard let status = FilePath.status(path) else {
        throw problem(
          filesystem,
          "the directory \(path) is not there (\(systemErrorText(errno))): create it, or add `auto_init: true`"
        )
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw problem(filesystem, "\(path) is not a directory: name a directory")
      }
      return path
    }
    try create(path, filesystem)
    return path
  }

  private func create(_ path: String, _ filesystem: FilesystemDirectoryEntry) throws(RegistryError) {
    var missing: [String] = []
    var candidate = path
    while FilePath.status(candidate) == nil, candidate != "/" {
      missing.append(candidate)
      candidate = FilePath.directory(of: candidate)
    }
    for directory in missing.reversed() {
      // Somebody else may be creating it at the same time.
      if mkdir(directory, filesystem.mode) != 0, errno != EEXIST {
        throw problem(filesystem, "cannot create the directory \(directory): \(systemErrorText(errno))")
      }
      // mkdir takes the mode only as far as the process's mask allows.
      if directory == path, chmod(directory, filesystem.mode) != 0 {
        throw problem(filesystem, "cannot set the mode of \(directory): \(systemErrorText(errno))")
      }
    }
    guard FilePath.isDirectory(path) else {
      throw problem(filesystem, "\(path) is not a directory: name a directory")
    }
  }

  private func problem(_ filesystem: FilesystemDirectoryEntry, _ reason: String) -> RegistryError {
    .filesystem(filesystem.id, position: filesystem.entry.position(of: "directory"), reason: reason)
  }
}
