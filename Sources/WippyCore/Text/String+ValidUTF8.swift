extension String {
  /// Text from UTF-8; `nil` where the bytes are none.
  ///
  /// Most texts are ASCII. To validate anything else takes several times as long, because the standard library's
  /// function is generic and looks its types up as it runs.
  package init?(validUTF8 bytes: UnsafeRawBufferPointer) {
    var bits: UInt8 = 0
    for byte in bytes { bits |= byte }
    if bits < 0x80 {
      self = String(decoding: bytes, as: UTF8.self)
    } else {
      self.init(validating: bytes, as: UTF8.self)
    }
  }
}
