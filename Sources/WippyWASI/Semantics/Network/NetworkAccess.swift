/// One process's use of the network: its entry's policy, the names that it has resolved, and what it was denied.
///
/// Belongs to the worker that holds the process.
package final class NetworkAccess {
  /// Addresses whose names are remembered.
  static let rememberedAddresses = 4096
  /// Denials of one process that are told.
  static let toldDenials = 16

  private let policy: NetworkPolicy
  private let report: @Sendable (NetworkDenial) -> Void
  private var names: [IPAddress: Set<String>] = [:]
  private var told: Set<NetworkDenial> = []

  package init(policy: NetworkPolicy, report: @escaping @Sendable (NetworkDenial) -> Void) {
    self.policy = policy
    self.report = report
  }

  /// Whether the process may send to `remote`; a refusal is told, with the rule that is missing.
  package func mayConnect(to remote: SocketAddress) -> Bool {
    policy.allowsConnection(to: remote, resolvedFrom: names[remote.address] ?? [])
      || deny(NetworkDenial(action: .connect, rule: "\(remote)"))
  }

  /// The same without telling: for datagrams that come unasked.
  package func mayReceive(from remote: SocketAddress) -> Bool {
    policy.allowsConnection(to: remote, resolvedFrom: names[remote.address] ?? [])
  }

  package func mayListen(on local: SocketAddress) -> Bool {
    policy.allowsListening(on: local) || deny(NetworkDenial(action: .listen, rule: "listen:\(local.port)"))
  }

  package func hasListener(on local: SocketAddress) -> Bool {
    policy.allowsListening(on: local)
  }

  /// Whether the process may bind. A port that the system chooses is nobody's, and needed to send.
  package func mayBind(to local: SocketAddress) -> Bool {
    local.port == 0 || mayListen(on: local)
  }

  package func mayLookUp(_ name: String) -> Bool {
    policy.allowsLookup(of: name) || deny(NetworkDenial(action: .lookUp, rule: "\(name):443"))
  }

  /// Remembers what `name` was resolved to.
  package func remember(_ addresses: some Sequence<IPAddress>, of name: String) {
    for address in addresses {
      if names.count >= NetworkAccess.rememberedAddresses, names[address] == nil { names.removeAll() }
      if names[address, default: []].count < 64 { names[address, default: []].insert(name) }
    }
  }

  private func deny(_ denial: NetworkDenial) -> Bool {
    if told.count < NetworkAccess.toldDenials, told.insert(denial).inserted { report(denial) }
    return false
  }
}
