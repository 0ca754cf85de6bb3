import Foundation
import Testing

@testable import WippyWASI

/// A directory for one test, which goes with it.
final class ScratchDirectory {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.appending(path: "wippy-files-\(UUID().uuidString)").path
    mkdir(path, 0o755)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      Issue.record("cannot remove \(path): \(error)")
    }
  }

  func write(_ name: String, _ text: String = "") {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var text = text
    _ = text.withUTF8 { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  func text(_ name: String) -> String? {
    let descriptor = open("\(path)/\(name)", O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func makeDirectory(_ name: String) { mkdir("\(path)/\(name)", 0o755) }
  func link(_ name: String, to target: String) { symlink(target, "\(path)/\(name)") }
  func makePipe(_ name: String) { mkfifo("\(path)/\(name)", 0o644) }
  func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

  func directory(_ name: String = "", readOnly: Bool = false, method: PathResolver.Method? = nil) throws -> Directory {
    try Directory(
      hostPath: "\(path)/\(name)", isReadOnly: readOnly,
      resolver: PathResolver(method ?? PathResolver.preferred))
  }
}
