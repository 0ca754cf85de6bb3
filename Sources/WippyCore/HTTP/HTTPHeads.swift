/// The beginning of a request.
package struct HTTPRequestHead: Sendable, Hashable {
  /// `GET`, or any other token.
  package var method: String
  /// `http` or `https`.
  package var scheme: String
  /// Host and port, as a URI has them.
  package var authority: String
  /// Path and query, at least `/`.
  package var path: String
  package var fields: [HTTPField]

  package init(method: String, scheme: String, authority: String, path: String, fields: [HTTPField] = []) {
    self.method = method
    self.scheme = scheme
    self.authority = authority
    self.path = path
    self.fields = fields
  }
}

/// The beginning of a response.
package struct HTTPResponseHead: Sendable, Hashable {
  package var status: UInt16
  package var fields: [HTTPField]

  package init(status: UInt16, fields: [HTTPField] = []) {
    self.status = status
    self.fields = fields
  }
}
