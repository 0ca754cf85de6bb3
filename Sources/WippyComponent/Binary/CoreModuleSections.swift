/// What can be said of a core module from its section headers alone.
enum CoreModuleSections {
  /// Whether there is a start section. Of a malformed module the answer is `false`; the engine refuses it.
  static func hasStart(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var position = 8
    while position < bytes.count {
      let id = bytes[position]
      position += 1
      var size: UInt64 = 0
      var shift: UInt64 = 0
      while position < bytes.count, shift < 35 {
        let byte = bytes[position]
        position += 1
        size |= UInt64(byte & 0x7f) << shift
        shift += 7
        if byte & 0x80 == 0 { break }
      }
      if id == 8 { return true }
      // The code section follows the start section, and is what is long.
      if id == 10 { return false }
      guard size <= UInt64(bytes.count - position) else { return false }
      position += Int(size)
    }
    return false
  }
}
