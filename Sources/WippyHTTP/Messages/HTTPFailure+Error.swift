import Glibc
import NIOCore
import NIOHTTP1
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
    default: self = .internal("\(error)")
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
