import WippyRegistry
import WippyWASI

/// The directories that a process of an entry is given, opened anew for every process.
struct MountPoints {
  private let loaded: LoadedEntry
  private let registry: Registry?

  init(_ loaded: LoadedEntry, registry: Registry?) {
    self.loaded = loaded
    self.registry = registry
  }

  /// - Throws: A text that names the filesystem's id, or the directory of the command line.
  func open() throws(RuntimeError) -> [Mount] {
    var mounts: [Mount] = []
    for mount in loaded.wasi.mounts {
      let path: String
      do {
        guard let registry else { throw RuntimeError.entry("there is no project") }
        path = try FilesystemResolver(registry).directory(of: mount.filesystem)
      } catch {
        throw problem(at: mount.path, "the filesystem \(mount.filesystem) cannot be mounted: \(error)")
      }
      try add(
        path, mount.guestPath, isReadOnly: mount.isReadOnly, to: &mounts, field: mount.path,
        named: "the directory \(path) of \(mount.filesystem)")
    }
    for mount in loaded.extraMounts {
      try add(
        mount.hostPath, mount.guestPath, isReadOnly: mount.isReadOnly, to: &mounts, field: "wasi.mounts",
        named: "`--mount`: the directory \(mount.hostPath)")
    }
    return mounts
  }

  private func add(
    _ path: String, _ guestPath: String, isReadOnly: Bool, to mounts: inout [Mount], field: String, named name: String
  ) throws(RuntimeError) {
    guard guestPath.hasPrefix("/"), !guestPath.split(separator: "/").contains("..") else {
      throw problem(at: field, "\(name) is mounted at `\(guestPath)`: write an absolute path without `..`")
    }
    let place = FilePath.join("/", guestPath)
    guard !mounts.contains(where: { $0.guestPath == place }) else {
      throw problem(at: field, "\(name) is mounted at \(place), where another one is: give each a path of its own")
    }
    do throws(FileError) {
      mounts.append(Mount(guestPath: place, directory: try Directory(hostPath: path, isReadOnly: isReadOnly)))
    } catch {
      throw problem(at: field, "\(name) cannot be opened: \(explanation(of: error))")
    }
  }

  private func problem(at field: String, _ text: String) -> RuntimeError {
    .entry(loaded.problem(at: field, text))
  }

  private func explanation(of error: FileError) -> String {
    switch error {
    case .noEntry: "it is not there: create it"
    case .notDirectory: "it is not a directory: name a directory"
    case .access, .notPermitted: "it may not be read: change its permissions"
    default: error.name
    }
  }
}
