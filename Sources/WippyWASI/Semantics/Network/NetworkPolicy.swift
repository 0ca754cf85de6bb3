/// Where the guests of one entry may connect and listen: nothing but what a rule lists.
package struct NetworkPolicy: Sendable, Hashable {
  /// One item of `network.allow`.
  package struct Rule: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
      /// Every public address.
      case any
      /// The addresses of every name with this suffix, given as `.example.com`, as far as they are public.
      case subdomains(of: String)
      /// The addresses of a name in lower case, as far as they are public; those of `localhost` are not.
      case name(String)
      case network(IPAddress, prefix: Int)
    }

    package var isListening: Bool
    package var place: Place
    package var port: UInt16

    package init(_ place: Place, port: UInt16, isListening: Bool = false) {
      self.place = place
      self.port = port
      self.isListening = isListening
    }

    /// Whether the rule is about `name`, which is in lower case and has no dot at its end.
    func covers(name: String) -> Bool {
      switch place {
      case .any: true
      case .name(let own): own == name
      case .subdomains(let suffix): name.hasSuffix(suffix)
      case .network: false
      }
    }
  }

  package var rules: [Rule]

  package init(rules: [Rule] = []) {
    self.rules = rules
  }

  package static let nothing = NetworkPolicy()

  /// Whether a process may send to `remote`; `names` are those that it has resolved to the address.
  package func allowsConnection(to remote: SocketAddress, resolvedFrom names: Set<String> = []) -> Bool {
    rules.contains { rule in
      guard !rule.isListening, rule.port == remote.port else { return false }
      switch rule.place {
      case .network(let network, let prefix): return remote.address.isInside(network, prefix: prefix)
      case .any: return remote.address.isPublic
      case .name, .subdomains:
        return names.contains { name in
          rule.covers(name: name)
            && (remote.address.isPublic || remote.address.isLoopback && NetworkPolicy.isLocalhost(name))
        }
      }
    }
  }

  package func allowsListening(on local: SocketAddress) -> Bool {
    rules.contains { rule in
      guard rule.isListening, rule.port == local.port else { return false }
      switch rule.place {
      case .any: return true
      case .network(let network, let prefix): return local.address.isInside(network, prefix: prefix)
      case .name(let name): return local.address.isLoopback && NetworkPolicy.isLocalhost(name)
      case .subdomains: return false
      }
    }
  }

  package func allowsLookup(of name: String) -> Bool {
    rules.contains { !$0.isListening && $0.covers(name: name) }
  }

  private static func isLocalhost(_ name: String) -> Bool {
    name == "localhost" || name.hasSuffix(".localhost")
  }
}
