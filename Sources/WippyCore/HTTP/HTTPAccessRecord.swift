/// What an access log says of one request.
package struct HTTPAccessRecord: Sendable, Hashable {
  package var method: String
  package var path: String
  package var status: UInt16
  package var client: String
  /// Bytes of the response's body.
  package var bytes: UInt64
  /// Nanoseconds from the request's header to the end of its response.
  package var duration: UInt64
  /// Whether the client got all of it.
  package var isComplete: Bool

  package init(
    method: String, path: String, status: UInt16, client: String, bytes: UInt64, duration: UInt64, isComplete: Bool
  ) {
    self.method = method
    self.path = path
    self.status = status
    self.client = client
    self.bytes = bytes
    self.duration = duration
    self.isComplete = isComplete
  }
}
