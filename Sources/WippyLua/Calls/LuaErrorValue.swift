import WippyCore

/// An error as a Lua program sees it: `err:kind()`, `err:message()`, ...
package struct LuaErrorValue: Error, Sendable, Hashable {
  /// One of `errors`' constants, or what the program made up.
  package var kind: String
  package var message: String
  package var retryable: Bool?
  package var details: Value?
  /// A traceback, where there is one.
  package var stack: String?

  package init(_ kind: ErrorKind, _ message: String, retryable: Bool? = nil, details: Value? = nil) {
    self.kind = kind.rawValue
    self.message = message
    self.retryable = retryable
    self.details = details
  }

  package init(
    kind: String, message: String, retryable: Bool? = nil, details: Value? = nil, stack: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.retryable = retryable
    self.details = details
    self.stack = stack
  }

  package init(_ failure: RequestFailure) {
    self.init(failure.kind, failure.message, retryable: failure.retryable)
    if let reason = failure.reason { details = reason.details }
  }
}
