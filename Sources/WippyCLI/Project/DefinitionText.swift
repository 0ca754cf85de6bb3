import Glibc
import WippyRegistry

/// A definition file as text, of which single values are replaced and nothing else.
struct DefinitionText {
  private let path: String
  private(set) var bytes: [UInt8]

  /// - Parameter file: As messages name it: relative to the project root, or absolute.
  init(_ project: Project, file: String) throws(CommandFailure) {
    path = file.hasPrefix("/") ? file : "\(project.root)/\(file)"
    do {
      bytes = try FileContents.read(path, limit: FileContents.textLimit)
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  init(_ bytes: [UInt8]) {
    path = ""
    self.bytes = bytes
  }

  /// Replaces the scalar at a position; `false` when `old` does not stand there letter for letter.
  mutating func replace(_ old: String, with new: String, line: Int, column: Int) -> Bool {
    guard let start = offset(line: line, column: column) else { return false }
    var index = skipProperties(start)
    if index < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[index]) { index += 1 }
    let end = index + old.utf8.count
    guard end <= bytes.count, bytes[index..<end].elementsEqual(old.utf8) else { return false }
    // The value must end there, or it is only the beginning of another one.
    if end < bytes.count, !" \t\r\n\"',}]#".utf8.contains(bytes[end]) { return false }
    bytes.replaceSubrange(index..<end, with: new.utf8)
    return true
  }

  private func offset(line: Int, column: Int) -> Int? {
    var index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    for _ in 1..<max(line, 1) {
      guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      index = end + 1
    }
    for _ in 1..<max(column, 1) {
      guard index < bytes.count, bytes[index] != UInt8(ascii: "\n") else { return nil }
      index += 1
      while index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
    }
    return index
  }

  /// Past the anchor and the tag of a value.
  private func skipProperties(_ start: Int) -> Int {
    var index = start
    while index < bytes.count, [UInt8(ascii: "&"), UInt8(ascii: "!")].contains(bytes[index]) {
      while index < bytes.count, !" \t\r\n".utf8.contains(bytes[index]) { index += 1 }
      while index < bytes.count, " \t".utf8.contains(bytes[index]) { index += 1 }
    }
    return index
  }

  /// Puts the text into the place of the file: readers see the old one or the new one.
  func save() throws(CommandFailure) {
    guard let resolved = realpath(path, nil) else { throw failure("cannot be found") }
    defer { free(resolved) }
    let target = String(cString: resolved)
    var status = stat()
    guard stat(target, &status) == 0 else { throw failure("cannot be read") }
    // A file that may not be written is not replaced either.
    guard access(target, W_OK) == 0 else { throw failure("cannot be written") }
    let temporary = "\(target).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot be written") }
    var error = fchmod(descriptor, status.st_mode & 0o7777) == 0 ? 0 : errno
    if error == 0 { error = FileWriting.writeAll(bytes, to: descriptor) }
    if error == 0, fsync(descriptor) != 0 { error = errno }
    close(descriptor)
    if error == 0, rename(temporary, target) != 0 { error = errno }
    guard error == 0 else {
      unlink(temporary)
      errno = error
      throw failure("cannot be written")
    }
  }

  private func failure(_ what: String) -> CommandFailure {
    CommandFailure("\(path) \(what): \(String(cString: strerror(errno)))")
  }
}
