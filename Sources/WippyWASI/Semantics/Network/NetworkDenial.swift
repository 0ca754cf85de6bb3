/// Something that a process's entry does not let it do on the network.
package struct NetworkDenial: Hashable, Sendable {
  package enum Action: Sendable {
    case connect
    case listen
    case lookUp
  }

  package var action: Action
  /// The item of `network.allow` that is missing.
  package var rule: String

  package init(action: Action, rule: String) {
    self.action = action
    self.rule = rule
  }

  /// What was denied, in a few words.
  package var summary: String {
    switch action {
    case .connect: "a connection to \(rule) is denied"
    case .listen: "listening on port \(rule.drop { $0 != ":" }.dropFirst()) is denied"
    case .lookUp: "looking up \(rule.prefix { $0 != ":" }) is denied"
    }
  }
}
