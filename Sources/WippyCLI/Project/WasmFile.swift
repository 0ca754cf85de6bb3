import WippyCore
import WippyEngine
import WippyRegistry

/// A file's bytes with their digest.
struct WasmFile {
  let path: String
  let bytes: [UInt8]

  /// Larger ones are no modules.
  private static let sizeLimit = 1 << 30

  init(_ path: String) throws(CommandFailure) {
    self.path = path
    do {
      bytes = try FileContents.read(path, limit: Self.sizeLimit)
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  /// `sha256:` and 64 hexadecimal digits.
  var hash: String { ContentDigest(of: bytes).declaration }
}

extension ContentDigest {
  init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { ContentDigest(of: $0) }
  }
}
