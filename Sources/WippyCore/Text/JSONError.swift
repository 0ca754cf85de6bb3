/// Why a text is not JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package var position: TextPosition
  package var message: String

  package var description: String { "\(position): \(message)" }
}
