import Glibc
import WippyCore
import WippyEngine
import WippyRegistry

/// The project that `wippy init` writes.
enum ProjectTemplate {
  /// Writes what is missing and returns the names of what was written. Where there are sources only `wippy.lock` is.
  static func write(to root: String) throws(CommandFailure) -> [String] {
    try makeDirectories(root)
    let sources = try findSources(in: root)
    var written: [String] = []
    let lock = lockText(source: sources == .elsewhere ? "." : "./src")
    if try write(Array(lock.utf8), to: root, "wippy.lock") { written.append("wippy.lock") }
    guard sources == .none else { return written }
    try makeDirectories("\(root)/src")
    try makeDirectories("\(root)/wasm")
    if try write(guest, to: root, "wasm/greet.wasm") { written.append("wasm/greet.wasm") }
    if try write(Array(definitions.utf8), to: root, "src/_index.yaml") { written.append("src/_index.yaml") }
    return written
  }

  /// The component of the command: the guest `greet`.
  static let guest = PackageResources.greet_wasm

  private enum Sources {
    case none
    case inSourceDirectory
    case elsewhere
  }

  private static func findSources(in root: String) throws(CommandFailure) -> Sources {
    if isNonEmptyDirectory("\(root)/src") { return .inSourceDirectory }
    do {
      let registry = Registry.load(try Project.locate(explicit: root), environment: [:])
      return registry.definitionFiles.isEmpty ? .none : .elsewhere
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  private static func lockText(source: String) -> String {
    """
    # Where the parts of this project are.
    directories:
      src: \(source)
      modules: .wippy

    """
  }

  static var definitions: String {
    """
    version: "1.0"
    namespace: app

    entries:
      # Where commands run, and the processes that they start.
      - name: terminal
        kind: terminal.host
      - name: processes
        kind: process.host

      - name: wasm
        kind: fs.directory
        directory: ./wasm

      # wippy run greet World
      - name: greet
        kind: process.wasm
        fs: wasm
        path: /greet.wasm
        hash: \(ContentDigest(of: guest).declaration)
        method: greet
        meta:
          command:
            name: greet
            short: Greet someone from WebAssembly

    """
  }

  /// `false` when the file is there already.
  private static func write(_ bytes: [UInt8], to root: String, _ name: String) throws(CommandFailure) -> Bool {
    let path = "\(root)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor < 0, errno == EEXIST { return false }
    guard descriptor >= 0 else { throw failure(path, errno) }
    let error = FileWriting.writeAll(bytes, to: descriptor)
    close(descriptor)
    guard error == 0 else {
      unlink(path)
      throw failure(path, error)
    }
    return true
  }

  private static func makeDirectories(_ path: String) throws(CommandFailure) {
    var ends = path.indices.dropFirst().filter { path[$0] == "/" }
    ends.append(path.endIndex)
    for end in ends {
      let directory = String(path[..<end])
      guard mkdir(directory, 0o755) != 0 else { continue }
      let error = errno
      var status = stat()
      guard stat(directory, &status) == 0 else { throw failure(directory, error) }
      guard status.st_mode & S_IFMT == S_IFDIR else { throw failure(directory, ENOTDIR) }
    }
  }

  private static func isNonEmptyDirectory(_ path: String) -> Bool {
    guard let listing = opendir(path) else { return false }
    defer { closedir(listing) }
    var count = 0
    while count < 3, readdir(listing) != nil { count += 1 }
    // Two of them are the directory itself and the one above it.
    return count == 3
  }

  private static func failure(_ path: String, _ error: Int32) -> CommandFailure {
    CommandFailure("cannot write \(path): \(String(cString: strerror(error)))")
  }
}
