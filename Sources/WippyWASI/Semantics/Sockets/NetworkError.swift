import Glibc

/// `wasi:sockets/network`'s `error-code`, in the order of its cases.
package enum NetworkError: UInt8, Error, Hashable, Sendable, CaseIterable {
  case unknown
  case accessDenied
  case notSupported
  case invalidArgument
  case outOfMemory
  case timeout
  case concurrencyConflict
  case notInProgress
  case wouldBlock
  case invalidState
  case newSocketLimit
  case addressNotBindable
  case addressInUse
  case remoteUnreachable
  case connectionRefused
  case connectionReset
  case connectionAborted
  case datagramTooLarge
  case nameUnresolvable
  case temporaryResolverFailure
  case permanentResolverFailure

  init(errno: Int32) {
    self =
      switch errno {
      case EACCES, EPERM: .accessDenied
      case EOPNOTSUPP, ENOPROTOOPT, EPROTONOSUPPORT, EPFNOSUPPORT, EAFNOSUPPORT, ESOCKTNOSUPPORT, ENOSYS: .notSupported
      case EINVAL, EFAULT, EDOM, EDESTADDRREQ: .invalidArgument
      case ENOMEM, ENOBUFS: .outOfMemory
      case ETIMEDOUT: .timeout
      case EALREADY: .concurrencyConflict
      case EAGAIN, EINPROGRESS: .wouldBlock
      case EISCONN, ENOTCONN: .invalidState
      case EMFILE, ENFILE: .newSocketLimit
      case EADDRNOTAVAIL: .addressNotBindable
      case EADDRINUSE: .addressInUse
      case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, ENONET: .remoteUnreachable
      case ECONNREFUSED: .connectionRefused
      case ECONNRESET, ENETRESET, EPIPE: .connectionReset
      case ECONNABORTED, EPROTO: .connectionAborted
      case EMSGSIZE: .datagramTooLarge
      default: .unknown
      }
  }
}

extension NetworkError {
  /// The case's name in WIT.
  package var caseName: String {
    switch self {
    case .unknown: "unknown"
    case .accessDenied: "access-denied"
    case .notSupported: "not-supported"
    case .invalidArgument: "invalid-argument"
    case .outOfMemory: "out-of-memory"
    case .timeout: "timeout"
    case .concurrencyConflict: "concurrency-conflict"
    case .notInProgress: "not-in-progress"
    case .wouldBlock: "would-block"
    case .invalidState: "invalid-state"
    case .newSocketLimit: "new-socket-limit"
    case .addressNotBindable: "address-not-bindable"
    case .addressInUse: "address-in-use"
    case .remoteUnreachable: "remote-unreachable"
    case .connectionRefused: "connection-refused"
    case .connectionReset: "connection-reset"
    case .connectionAborted: "connection-aborted"
    case .datagramTooLarge: "datagram-too-large"
    case .nameUnresolvable: "name-unresolvable"
    case .temporaryResolverFailure: "temporary-resolver-failure"
    case .permanentResolverFailure: "permanent-resolver-failure"
    }
  }
}
