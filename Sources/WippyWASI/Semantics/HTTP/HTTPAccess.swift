import Synchronization
import WippyCore

/// One process's way to send requests: the client, and its entry's policy.
package final class HTTPAccess: Sendable {
  /// Denials of one process that are told.
  private static let toldDenials = 16

  /// `nil` where there is no HTTP.
  package let client: @Sendable () -> (any HTTPClient)?
  /// What its process has from the one that started it: the trace that its requests belong to.
  let inherited: ProcessInheritance
  private let policy: NetworkPolicy
  private let report: @Sendable (NetworkDenial) -> Void
  private let told = Mutex<Set<NetworkDenial>>([])

  /// - Parameter policy: Without rules for connections: any public address.
  package init(
    client: @escaping @Sendable () -> (any HTTPClient)?, policy: NetworkPolicy,
    inherited: ProcessInheritance = .init(), report: @escaping @Sendable (NetworkDenial) -> Void
  ) {
    self.client = client
    self.inherited = inherited
    self.policy = policy
    self.report = report
  }

  /// Whether a request may go to this address, which `name` stands for. Called on any thread.
  package func mayConnect(to text: String, port: UInt16, name: String) -> Bool {
    guard let address = IPAddress(text) else { return false }
    if policy.rules.allSatisfy(\.isListening) {
      if address.isPublic { return true }
    } else if policy.allowsConnection(to: SocketAddress(address, port: port), resolvedFrom: [name]) {
      return true
    }
    let denial = NetworkDenial(action: .connect, rule: "\(SocketAddress(address, port: port))")
    let isNew = told.withLock { $0.count < HTTPAccess.toldDenials && $0.insert(denial).inserted }
    if isNew { report(denial) }
    return false
  }
}
