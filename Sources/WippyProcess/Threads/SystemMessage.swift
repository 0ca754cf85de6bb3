import Glibc

/// The system's words for an error number.
func systemMessage(_ errno: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 128)
  guard strerror_r(errno, &buffer, buffer.count) == 0, buffer[0] != 0 else { return "error \(errno)" }
  return buffer.withUnsafeBufferPointer { characters in
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
