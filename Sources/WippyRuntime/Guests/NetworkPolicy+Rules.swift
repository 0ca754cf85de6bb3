import Logging
import WippyCore
import WippyRegistry
import WippyWASI

extension NetworkPolicy {
  /// What an entry's `network.allow` lists.
  init(_ rules: [NetworkRule]) {
    self.init(
      rules: rules.compactMap { rule in
        let place: Rule.Place
        switch rule.place {
        case .any: place = .any
        case .subdomains(let suffix): place = .subdomains(of: suffix)
        case .name(let name): place = .name(name)
        case .network(let text, let prefix):
          guard let address = IPAddress(text) else { return nil }
          place = .network(address, prefix: prefix)
        }
        return Rule(place, port: rule.port, isListening: rule.isListening)
      })
  }
}

extension NetworkDenial {
  /// Logs what was denied, and the line to add.
  func log(_ logger: Logger, pid: ProcessID, entry: EntryID, isBareFile: Bool) {
    let advice =
      isBareFile
      ? "add `--allow \(rule)`" : "add `network: {allow: [\"\(rule)\"]}` to `wasi` of the entry \(entry)"
    logger.warning(
      "wasi:sockets: \(summary): \(advice)\(action == .lookUp ? ", with the port that it needs" : "")",
      metadata: ["pid": "\(pid)", "entry": "\(entry)"])
  }
}
