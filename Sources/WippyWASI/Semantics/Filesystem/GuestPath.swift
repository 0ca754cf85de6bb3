/// A path as a guest gives it, relative to a directory that it has.
package struct GuestPath: Sendable, Hashable {
  /// The kernel takes no longer ones.
  package static let longest = 4095

  package let text: String

  /// - Throws: `noEntry` for an empty path, `notPermitted` for an absolute one, `invalid` for one with a NUL,
  ///   `nameTooLong`.
  package init(_ text: String) throws(FileError) {
    guard !text.isEmpty else { throw .noEntry }
    guard text.utf8.count <= GuestPath.longest else { throw .nameTooLong }
    guard text.utf8.first != UInt8(ascii: "/") else { throw .notPermitted }
    guard !text.utf8.contains(0) else { throw .invalid }
    self.text = text
  }

  /// The way to the last name, `.` when it is short; and the last name, with a slash where the path ends with one.
  var split: (parent: String, name: String) {
    let bytes = Array(text.utf8)
    var end = bytes.count
    while end > 1, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
    var start = end
    while start > 0, bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
    let name = String(decoding: bytes[start..<end], as: UTF8.self) + (end < bytes.count ? "/" : "")
    guard start > 0 else { return (".", name) }
    return (String(decoding: bytes[..<start], as: UTF8.self), name)
  }

  var endsWithSlash: Bool { text.utf8.last == UInt8(ascii: "/") }
}
