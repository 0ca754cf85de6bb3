import WippyCore

/// How a Swift function of a module fails.
package enum LuaFailure: Error, Sendable {
  /// Raises an error about an argument: `bad argument #1 to 'send' (...)`. Positions count from 1; a method's object is 1 in
  /// `LuaCall` and left out in the message.
  case argument(Int, String)
  /// Raises an error with the caller's file and line. For mistakes of the program, not for what may happen.
  case raise(String)
  /// Returns `nil, err`.
  case error(LuaErrorValue)

  /// Returns `nil, err`.
  package static func error(
    _ kind: ErrorKind, _ message: String, retryable: Bool? = nil, details: Value? = nil
  ) -> LuaFailure {
    .error(LuaErrorValue(kind, message, retryable: retryable, details: details))
  }
}

/// What a Swift function of a module ended with.
package enum LuaReturn: Sendable {
  /// What was pushed are its results.
  case values
  /// It goes on when the ticket of `LuaCall.suspend` is completed.
  case suspended
  /// It goes on when the mailbox has something for this channel.
  case receive(LuaReceive)
}
