import WippyCore

/// Where a request goes: what connections are shared by.
struct Destination: Hashable, Sendable {
  let host: String
  let port: UInt16
  let isSecure: Bool

  init?(_ head: HTTPRequestHead) {
    guard let authority = HTTPAuthority(head.authority) else { return nil }
    host = authority.host
    isSecure = head.scheme == "https"
    port = authority.port ?? (isSecure ? 443 : 80)
  }
}
