import Crypto
import WippyCore

extension ContentDigest {
  /// The digest of `bytes`.
  package init(of bytes: UnsafeRawBufferPointer) {
    self.init(SHA256.hash(data: bytes))
  }

  /// The digest of the UTF-8 bytes of `text`.
  package init(of text: String) {
    var text = text
    self = text.withUTF8 { ContentDigest(of: UnsafeRawBufferPointer($0)) }
  }

  init(_ digest: SHA256.Digest) {
    self.init(
      words: digest.withUnsafeBytes { bytes in
        func word(_ index: Int) -> UInt64 {
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        return (word(0), word(1), word(2), word(3))
      })
  }
}
