import Glibc
import Synchronization

/// `env.storage.file`: variables in a file of lines `KEY=VALUE`, read when they are asked for.
final class FileStorage: EnvironmentStorage {
  private let path: String
  private let isCreated: Bool
  private let mode: UInt32
  /// One reader or writer at a time, so that no change is lost between reading and writing.
  private let access = Mutex(())

  init(path: String, isCreated: Bool, mode: UInt32) {
    self.path = path
    self.isCreated = isCreated
    self.mode = mode
  }

  func value(of name: String) throws(StorageProblem) -> String? { try values()[name] }

  func values() throws(StorageProblem) -> [String: String] {
    try access.withLock { _ throws(StorageProblem) in try read().values }
  }

  func set(_ value: String, for name: String) throws(StorageProblem) {
    guard TextFormat.guestVariable.problem(name) == nil, !name.contains(where: \.isWhitespace) else {
      throw StorageProblem(message: "\"\(shortened(name))\" is no variable name")
    }
    try access.withLock { _ throws(StorageProblem) in
      var file = try read()
      file.set(value, for: name)
      try write(file.text)
    }
  }

  private func read() throws(StorageProblem) -> VariableFile {
    if FilePath.status(path) == nil, errno == ENOENT {
      guard isCreated else {
        throw StorageProblem(message: "the file \(path) is not there: create it, or add `auto_create: true`")
      }
      try write("")
    }
    do {
      return VariableFile(try FileContents.readText(path))
    } catch {
      throw StorageProblem(message: "\(error)")
    }
  }

  /// Writes a new file and puts it in place of the old one, so that a reader never sees half of it.
  private func write(_ text: String) throws(StorageProblem) {
    var template = Array("\(path).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure("cannot write") }
    let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let permissions = FilePath.status(path).map { $0.st_mode & 0o7777 } ?? mode
    var problem: StorageProblem?
    if fchmod(descriptor, permissions) != 0 || !writeAll(text, to: descriptor) {
      problem = failure("cannot write")
    }
    close(descriptor)
    if problem == nil, rename(temporary, path) != 0 { problem = failure("cannot replace") }
    if let problem {
      unlink(temporary)
      throw problem
    }
  }

  private func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private func failure(_ what: String) -> StorageProblem {
    StorageProblem(message: "\(what) \(path): \(systemErrorText(errno))")
  }
}
