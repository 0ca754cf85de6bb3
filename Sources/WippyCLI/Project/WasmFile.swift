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
  var hash: String { "sha256:\(WippyEngine.ContentDigest(of: bytes).hex)" }
}

extension WippyEngine.ContentDigest {
  init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { WippyEngine.ContentDigest(of: $0) }
  }
}
