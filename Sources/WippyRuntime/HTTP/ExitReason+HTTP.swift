import WippyCore

extension ExitReason {
  /// The status of a request whose process has ended so, without an answer.
  var httpStatus: UInt16 {
    switch self {
    case .deadline, .cpu: 504
    case .killed, .cancelled, .noproc, .noconnection: 503
    default: 500
    }
  }
}

extension HTTPFailure {
  /// The status of a request whose guest has answered with an error.
  var httpStatus: UInt16 {
    switch code {
    case .requestDenied, .destinationIPProhibited: 403
    case .requestLengthRequired: 411
    case .requestBodySize: 413
    case .requestURITooLong: 414
    case .requestURIInvalid, .requestMethodInvalid: 400
    case .requestHeaderSectionSize, .requestHeaderSize, .requestTrailerSectionSize, .requestTrailerSize: 431
    case .dnsTimeout, .connectionTimeout, .connectionReadTimeout, .connectionWriteTimeout, .responseTimeout: 504
    case .configurationError, .internalError: 500
    case .connectionLimitReached: 503
    default: 502
    }
  }
}
