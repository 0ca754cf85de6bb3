import NIOSSL
import Synchronization
import WippyCore

/// The client's side of TLS, made with the first connection that needs it: reading the system's roots takes a while.
final class TLSContext: Sendable {
  private struct State: Sendable {
    var own: NIOSSLContext?
    /// Of requests that ask for something else; the one that was made last is at the end.
    var others: [(demand: HTTPClientTLS, context: NIOSSLContext)] = []
  }

  private static let mostOthers = 16

  private let state = Mutex(State())
  private let extraTrustRoots: [String]

  init(_ extraTrustRoots: [String]) {
    self.extraTrustRoots = extraTrustRoots
  }

  func handler(for destination: Destination) throws(HTTPFailure) -> NIOSSLClientHandler {
    let context: NIOSSLContext
    do {
      context = try self.context(for: destination.tls)
    } catch {
      throw HTTPFailure(.configurationError)
    }
    let name = destination.tls?.serverName ?? destination.host
    do {
      return try NIOSSLClientHandler(context: context, serverHostname: name)
    } catch {
      do {
        // An address: it goes into the certificate's check, and not into the greeting.
        return try NIOSSLClientHandler(context: context, serverHostname: nil)
      } catch {
        throw HTTPFailure(error)
      }
    }
  }

  private func context(for demand: HTTPClientTLS?) throws -> NIOSSLContext {
    let known = state.withLock { state in
      guard let demand else { return state.own }
      return state.others.first { $0.demand == demand }?.context
    }
    if let known { return known }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["h2", "http/1.1"]
    if let demand { try demand.apply(to: &configuration) }
    if demand?.trustRoots == nil { configuration.additionalTrustRoots = extraTrustRoots.map { .file($0) } }
    let made = try NIOSSLContext(configuration: configuration)
    state.withLock { state in
      guard let demand else {
        state.own = made
        return
      }
      if state.others.count >= TLSContext.mostOthers { state.others.removeFirst() }
      state.others.append((demand, made))
    }
    return made
  }
}

extension HTTPClientTLS {
  fileprivate func apply(to configuration: inout TLSConfiguration) throws {
    if let certificate, let key {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map {
        .certificate($0)
      }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
    }
    if let trustRoots {
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(trustRoots.utf8)))
    }
    if isUnverified { configuration.certificateVerification = .none }
  }
}
