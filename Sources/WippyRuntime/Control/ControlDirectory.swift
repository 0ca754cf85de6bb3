import Glibc

/// Where running commands have their control sockets: a directory that only its user can enter.
package struct ControlDirectory: Sendable, Hashable {
  package let path: String

  /// `$XDG_RUNTIME_DIR/wippy`, else a directory of the user's own in the temporary directory.
  package init(environment: [String: String]) {
    if let base = environment["XDG_RUNTIME_DIR"], base.hasPrefix("/") {
      path = base + "/wippy"
    } else {
      let base = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
      path = "\(base)/wippy-\(getuid())"
    }
  }

  package func socketPath(of process: Int32) -> String { "\(path)/\(process).sock" }

  /// Makes the directory, or checks that the one that is there is the user's own.
  ///
  /// - Throws: `RuntimeError.configuration`.
  func prepare() throws(RuntimeError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw .configuration(
        "the directory \(path) for control sockets cannot be made: \(ControlSocket.systemText(errno))")
    }
    guard isPrivate else {
      throw .configuration(
        "\(path), the directory for control sockets, is not a directory that only you can enter: remove it, or set "
          + "XDG_RUNTIME_DIR to one of your own")
    }
  }

  /// Whether it is a directory of this user's, closed to everybody else.
  private var isPrivate: Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
  }

  /// The commands that listen, oldest first. Sockets that nobody listens at are removed.
  package func commands() -> [Int32] {
    guard isPrivate, let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var found: [(age: time_t, process: Int32)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".sock"), let process = Int32(name.dropLast(5)) else { continue }
      let socket = "\(path)/\(name)"
      var status = stat()
      guard lstat(socket, &status) == 0 else { continue }
      if ControlSocket.isStale(socket) {
        unlink(socket)
      } else {
        found.append((status.st_mtim.tv_sec, process))
      }
    }
    return found.sorted { ($0.age, $0.process) < ($1.age, $1.process) }.map(\.process)
  }
}
