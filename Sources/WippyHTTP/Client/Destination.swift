import WippyCore

/// Where a request goes: what connections are shared by.
struct Destination: Hashable, Sendable {
  let host: String
  let port: UInt16
  let isSecure: Bool
  /// Connections with other demands are other connections.
  let tls: HTTPClientTLS?

  init?(_ request: HTTPClientRequest) {
    guard let authority = HTTPAuthority(request.head.authority) else { return nil }
    host = authority.host
    isSecure = request.head.scheme == "https"
    port = authority.port ?? (isSecure ? 443 : 80)
    tls = isSecure ? request.tls : nil
  }
}
