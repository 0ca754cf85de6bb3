/// What went wrong with a request or a response, in the words of `wasi:http`.
package struct HTTPFailure: Error, Sendable, Hashable {
  package var code: Code
  package var detail: Detail

  package init(_ code: Code, _ detail: Detail = .none) {
    self.code = code
    self.detail = detail
  }

  package static func `internal`(_ text: String) -> HTTPFailure { HTTPFailure(.internalError, .text(text)) }

  /// What a code may say besides; which one is a matter of the code.
  package enum Detail: Sendable, Hashable {
    case none
    case text(String)
    case size(UInt64)
    case field(name: String?, size: UInt32?)
    case dns(rcode: String?, info: UInt16?)
    case alert(id: UInt8?, message: String?)
  }

  /// The cases of `error-code`, in its order.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    case dnsTimeout = "DNS-timeout"
    case dnsError = "DNS-error"
    case destinationNotFound = "destination-not-found"
    case destinationUnavailable = "destination-unavailable"
    case destinationIPProhibited = "destination-IP-prohibited"
    case destinationIPUnroutable = "destination-IP-unroutable"
    case connectionRefused = "connection-refused"
    case connectionTerminated = "connection-terminated"
    case connectionTimeout = "connection-timeout"
    case connectionReadTimeout = "connection-read-timeout"
    case connectionWriteTimeout = "connection-write-timeout"
    case connectionLimitReached = "connection-limit-reached"
    case tlsProtocolError = "TLS-protocol-error"
    case tlsCertificateError = "TLS-certificate-error"
    case tlsAlertReceived = "TLS-alert-received"
    case requestDenied = "HTTP-request-denied"
    case requestLengthRequired = "HTTP-request-length-required"
    case requestBodySize = "HTTP-request-body-size"
    case requestMethodInvalid = "HTTP-request-method-invalid"
    case requestURIInvalid = "HTTP-request-URI-invalid"
    case requestURITooLong = "HTTP-request-URI-too-long"
    case requestHeaderSectionSize = "HTTP-request-header-section-size"
    case requestHeaderSize = "HTTP-request-header-size"
    case requestTrailerSectionSize = "HTTP-request-trailer-section-size"
    case requestTrailerSize = "HTTP-request-trailer-size"
    case responseIncomplete = "HTTP-response-incomplete"
    case responseHeaderSectionSize = "HTTP-response-header-section-size"
    case responseHeaderSize = "HTTP-response-header-size"
    case responseBodySize = "HTTP-response-body-size"
    case responseTrailerSectionSize = "HTTP-response-trailer-section-size"
    case responseTrailerSize = "HTTP-response-trailer-size"
    case responseTransferCoding = "HTTP-response-transfer-coding"
    case responseContentCoding = "HTTP-response-content-coding"
    case responseTimeout = "HTTP-response-timeout"
    case upgradeFailed = "HTTP-upgrade-failed"
    case protocolError = "HTTP-protocol-error"
    case loopDetected = "loop-detected"
    case configurationError = "configuration-error"
    case internalError = "internal-error"
  }
}

extension HTTPFailure: CustomStringConvertible {
  package var description: String {
    switch detail {
    case .none, .field(nil, nil), .dns(nil, nil), .alert(nil, nil): code.rawValue
    case .text(let text): "\(code.rawValue): \(text)"
    case .size(let size): "\(code.rawValue): \(size) bytes"
    case .field(let name, let size):
      "\(code.rawValue): \([name, size.map { "\($0) bytes" }].compactMap(\.self).joined(separator: ", "))"
    case .dns(let rcode, _): "\(code.rawValue): \(rcode ?? "")"
    case .alert(_, let message): "\(code.rawValue): \(message ?? "")"
    }
  }
}
