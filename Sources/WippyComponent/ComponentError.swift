/// What is wrong with a binary, and at which byte of the file.
package struct ComponentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes from the start of the file; `nil` when no single place is to blame.
  package var offset: Int?
  package var message: String

  package init(offset: Int? = nil, _ message: String) {
    self.offset = offset
    self.message = message
  }

  package var description: String {
    guard let offset else { return message }
    return "at byte 0x\(String(offset, radix: 16)): \(message)"
  }

  static func asynchronous(_ feature: String, at offset: Int) -> ComponentError {
    ComponentError(
      offset: offset,
      "\(feature) is part of the asynchronous component model (WASI 0.3), which is not supported: "
        + "build the component for WASI 0.2")
  }

  static func unsupported(_ feature: String, at offset: Int) -> ComponentError {
    ComponentError(offset: offset, "\(feature) are not supported")
  }
}
