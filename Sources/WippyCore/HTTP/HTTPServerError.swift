/// Why a server does not start.
package enum HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
  case address(String, reason: String)
  case tls(String)

  package var description: String {
    switch self {
    case .address(let address, let reason): "cannot listen on \(address): \(reason)"
    case .tls(let reason): "the certificate or key cannot be used: \(reason)"
    }
  }
}
