/// A guest broke a rule of the canonical ABI, or a value does not fit it: the guest traps with this text.
package struct ABIViolation: Error, Hashable {
  package let message: String

  package init(_ message: String) {
    self.message = message
  }
}
