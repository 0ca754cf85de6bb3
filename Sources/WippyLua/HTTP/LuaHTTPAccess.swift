import WippyCore

/// The way of one entry's programs to send requests.
package struct LuaHTTPAccess: Sendable {
  /// `nil` where there is no HTTP.
  package let client: @Sendable () -> (any HTTPClient)?
  /// Whether a connection may lead to this address and port, which a name stands for.
  package let mayConnect: @Sendable (_ address: String, _ port: UInt16, _ name: String) -> Bool

  package init(
    client: @escaping @Sendable () -> (any HTTPClient)?,
    mayConnect: @escaping @Sendable (String, UInt16, String) -> Bool
  ) {
    self.client = client
    self.mayConnect = mayConnect
  }
}
