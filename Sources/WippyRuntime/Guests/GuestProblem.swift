/// What is wrong with a binary, and which field of its entry is to blame.
package struct GuestProblem: Error {
  /// The field: `path`, `hash`, `method`, `wit`, ...; `nil` for the entry itself.
  package let field: String?
  package let message: String

  init(_ field: String?, _ message: String) {
    self.field = field
    self.message = message
  }
}
