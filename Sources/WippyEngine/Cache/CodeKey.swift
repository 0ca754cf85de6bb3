import CWasmtime
import Glibc
import WippyCore

/// Names one piece of compiled code: what it was compiled from, and everything that it depends on.
package struct CodeKey: Sendable, Hashable, CustomStringConvertible {
  package let digest: ContentDigest
  /// What its files are called. Another key with that name takes their place.
  let name: ContentDigest

  /// Code of a module that is a file of its own, or whose bytes were hashed by themselves.
  package init(module: ContentDigest, engine: EngineConfiguration) {
    self.init(source: "module \(module)", engine: engine)
  }

  /// Code of a module that lies in the bytes `range` of a file with this digest, as a component's modules do.
  ///
  /// - Parameter isStarted: Whether its start function was made an export.
  package init(file: ContentDigest, range: Range<Int>, isStarted: Bool = false, engine: EngineConfiguration) {
    let form = isStarted ? " started" : ""
    self.init(source: "file \(file) \(range.lowerBound) \(range.upperBound)\(form)", engine: engine)
  }

  /// Code of the module that the core modules of a component become.
  ///
  /// - Parameter fingerprint: How they do.
  package init(file: ContentDigest, merged fingerprint: [UInt8], engine: EngineConfiguration) {
    let form = fingerprint.withUnsafeBytes { ContentDigest(of: $0) }
    self.init(
      digest: CodeKey.digest("file \(file) merged \(form)", engine), name: CodeKey.mergedName(file, engine))
  }

  /// What the merged code of a file is called, however it was merged.
  static func mergedName(_ file: ContentDigest, _ engine: EngineConfiguration) -> ContentDigest {
    digest("file \(file) merged", engine)
  }

  init(digest: ContentDigest, name: ContentDigest) {
    self.digest = digest
    self.name = name
  }

  private init(source: String, engine: EngineConfiguration) {
    digest = CodeKey.digest(source, engine)
    name = digest
  }

  private static func digest(_ source: String, _ engine: EngineConfiguration) -> ContentDigest {
    ContentDigest(of: "wippy code 3\n\(source)\n\(engine.codeFingerprint)\n\(machine)\n")
  }

  package var description: String { digest.hex }

  /// The engine's version, and the processor with its features, which code is compiled for. A digest, because a key is
  /// made for each module at each start.
  private static let machine: String = {
    #if arch(x86_64)
      let architecture = "x86_64"
    #elseif arch(arm64)
      let architecture = "aarch64"
    #else
      let architecture = "other"
    #endif
    return ContentDigest(of: "wasmtime \(WASMTIME_VERSION_EXPECTED) \(architecture) \(features(in: firstProcessor()))")
      .hex
  }()

  /// The line of features that the kernel gives the first processor; the others of a machine have the same.
  static func features(in text: String) -> Substring {
    var start = text.startIndex
    while start < text.endIndex {
      let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
      let line = text[start..<end]
      if line.hasPrefix("flags") || line.hasPrefix("Features") { return line }
      start = end < text.endIndex ? text.utf8.index(after: end) : end
    }
    return ""
  }

  /// The first part of `/proc/cpuinfo`: reading all of it takes long on a machine with many processors.
  private static func firstProcessor() -> String {
    let descriptor = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var text: [UInt8] = []
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      while text.count < 64 << 10 {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        text.append(contentsOf: buffer[..<count])
        // A blank line ends the first processor.
        let end = text.indices.dropLast().first { text[$0] == 10 && text[$0 + 1] == 10 }
        if let end {
          text.removeSubrange(end...)
          return
        }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
