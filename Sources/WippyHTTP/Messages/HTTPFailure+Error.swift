import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import WippyCore

extension HTTPFailure {
  /// What an error of a channel is called in `wasi:http`.
  init(_ error: any Error) {
    switch error {
    case let failure as HTTPFailure: self = failure
    case let error as IOError: self.init(errno: error.errnoCode)
    case let error as NIOConnectionError:
      self = error.connectionErrors.first.map { HTTPFailure($0.error) } ?? HTTPFailure(.destinationUnavailable)
    case ChannelError.connectTimeout: self.init(.connectionTimeout)
    case is ChannelError: self.init(.connectionTerminated)
    case HTTPParserError.headerOverflow: self.init(.responseHeaderSectionSize)
    case HTTPParserError.invalidEOFState: self.init(.responseIncomplete)
    case is HTTPParserError: self.init(.protocolError)
    case is NIOSSLExtraError: self.init(.tlsCertificateError)
    case let error as NIOSSLError:
      let isAboutCertificate = "\(error)".uppercased().contains("CERTIFICATE")
      self.init(isAboutCertificate ? .tlsCertificateError : .tlsProtocolError)
    case is BoringSSLError: self.init(.tlsProtocolError)
    case let error as NIOHTTP2Errors.StreamClosed: self.init(http2: error.errorCode)
    case is NIOHTTP2Errors.ExcessivelyLargeHeaderBlock, is NIOHTTP2Errors.ExcessiveContinuationFrames:
      self.init(.responseHeaderSectionSize)
    case is NIOHTTP2Errors.IOOnClosedConnection: self.init(.connectionTerminated)
    case is any NIOHTTP2Error: self.init(.protocolError)
    default: self = .internal("\(error)")
    }
  }

  /// What a server says that ends a stream or connection of HTTP/2.
  init(http2 code: HTTP2ErrorCode) {
    switch code {
    case .noError, .cancel, .refusedStream, .internalError, .connectError: self.init(.connectionTerminated)
    case .enhanceYourCalm: self.init(.connectionLimitReached)
    case .inadequateSecurity: self.init(.tlsProtocolError)
    default: self.init(.protocolError)
    }
  }

  init(errno code: CInt) {
    switch code {
    case ECONNREFUSED: self.init(.connectionRefused)
    case ETIMEDOUT: self.init(.connectionTimeout)
    case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN: self.init(.destinationIPUnroutable)
    case EMFILE, ENFILE, EADDRNOTAVAIL, EAGAIN: self.init(.connectionLimitReached)
    case EACCES, EPERM: self.init(.destinationIPProhibited)
    default: self.init(.connectionTerminated)
    }
  }
}

extension Error {
  /// Whether HTTP/2 ends one stream because of it, and not the connection.
  var isOfOneStream: Bool {
    switch self {
    case is NIOHTTP2Errors.StreamClosed, is NIOHTTP2Errors.NoSuchStream, is NIOHTTP2Errors.StreamError,
      is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
      is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
      is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.DuplicatePseudoHeader,
      is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader, is NIOHTTP2Errors.UnknownPseudoHeader,
      is NIOHTTP2Errors.UnsupportedPseudoHeader, is NIOHTTP2Errors.InvalidPseudoHeaders,
      is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue,
      is NIOHTTP2Errors.InvalidPseudoHeaderValue, is NIOHTTP2Errors.InvalidStatusValue,
      is NIOHTTP2Errors.ForbiddenHeaderField, is NIOHTTP2Errors.TrailersWithoutEndStream,
      is NIOHTTP2Errors.CreatedStreamAfterGoaway, is NIOHTTP2Errors.MaxStreamsViolation:
      true
    default: false
    }
  }
}
