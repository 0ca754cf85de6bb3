import WippyCore

/// Why a stream does not do what it was asked to.
package enum StreamFailure: Error, Hashable, Sendable {
  /// Its end: nothing more to read, or nobody reads what is written.
  case closed
  /// The last operation failed; the text is for people.
  case failed(String)
  /// The last operation failed with this `errno`.
  case system(Int32)
  /// The last operation failed, and was one of a request or response.
  case http(HTTPFailure)
  /// The guest broke the stream's contract, and traps.
  case misuse(String)
}
