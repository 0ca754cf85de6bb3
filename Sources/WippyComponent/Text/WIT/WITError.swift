import WippyCore

/// Why a text is no WIT signature, and where.
package struct WITError: Error, Hashable, Sendable, CustomStringConvertible {
  package var position: TextPosition
  package var message: String

  package var description: String { "\(position): \(message)" }
}
