import WippyCore

/// Why a text is not the WAVE of a value of the type, and where.
package struct WAVEError: Error, Hashable, Sendable, CustomStringConvertible {
  package var position: TextPosition
  package var message: String

  package var description: String {
    position.line == 1
      ? "column \(position.column): \(message)"
      : "line \(position.line), column \(position.column): \(message)"
  }
}
