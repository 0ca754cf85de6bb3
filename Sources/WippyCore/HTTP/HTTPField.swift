/// One header or trailer field. Its value is bytes: HTTP promises no encoding.
package struct HTTPField: Sendable, Hashable {
  package var name: String
  package var value: [UInt8]

  package init(_ name: String, _ value: [UInt8]) {
    self.name = name
    self.value = value
  }

  package init(_ name: String, _ value: String) {
    self.init(name, Array(value.utf8))
  }

  package var text: String { String(decoding: value, as: UTF8.self) }
}

extension [HTTPField] {
  /// The first field of this name, which is in lower case.
  package func first(named name: String) -> HTTPField? {
    first { $0.name.isSameFieldName(as: name) }
  }

  /// The values of `content-length`: `nil` when there is none, or it is no number.
  package var contentLength: UInt64? {
    first(named: "content-length").flatMap { UInt64($0.text) }
  }
}

extension String {
  /// Names of fields are ASCII, and compared without case.
  package func isSameFieldName(as other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { left, right in
        left == right || left | 0x20 == right | 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(left | 0x20)
      }
  }
}
