import NIOSSL
import Synchronization
import WippyCore

/// The client's side of TLS, made with the first connection that needs it: reading the system's roots takes a while.
final class TLSContext: Sendable {
  private let context = Mutex<NIOSSLContext?>(nil)
  private let extraTrustRoots: [String]

  init(_ extraTrustRoots: [String]) {
    self.extraTrustRoots = extraTrustRoots
  }

  func handler(for host: String) throws -> NIOSSLClientHandler {
    let context = try context.withLock { context in
      if let context { return context }
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.additionalTrustRoots = extraTrustRoots.map { .file($0) }
      configuration.applicationProtocols = ["http/1.1"]
      let made = try NIOSSLContext(configuration: configuration)
      context = made
      return made
    }
    do {
      return try NIOSSLClientHandler(context: context, serverHostname: host)
    } catch {
      // An address: it goes into the certificate's check, and not into the greeting.
      return try NIOSSLClientHandler(context: context, serverHostname: nil)
    }
  }
}
