/// What an error value says: of a spawn, of a function call, of a request to a supervisor.
package struct RequestFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package var message: String
  package var kind: ErrorKind
  /// Whether the same request may succeed later.
  package var retryable: Bool
  /// How the process ended, when it was Init that failed.
  package var reason: ExitReason?

  package init(_ message: String, kind: ErrorKind, retryable: Bool = false, reason: ExitReason? = nil) {
    self.message = message
    self.kind = kind
    self.retryable = retryable
    self.reason = reason
  }

  package var description: String { message }
}

package typealias SpawnFailure = RequestFailure
