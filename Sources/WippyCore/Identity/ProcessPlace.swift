import Synchronization

/// A host of a node: where processes run. Each is kept once, for ever, so that a PID is two words that are copied and
/// compared as such.
package struct ProcessPlace: Equatable, Sendable {
  private final class Name: Sendable {
    let node: String?
    let host: String

    init(node: String?, host: String) {
      self.node = node
      self.host = host
    }
  }

  private struct Key: Hashable {
    let node: String?
    let host: String
  }

  /// Those that come from texts at most, and the bytes of their names: a program may invent as many as it likes.
  private static let mostNamed = 65_536
  private static let longestName = 512

  private static let known = Mutex<[Key: ProcessPlace]>([:])

  // Never released.
  private let name: Unmanaged<Name>

  /// The place of a host that there is.
  package init(node: String? = nil, host: String) {
    self = ProcessPlace.known.withLock { ProcessPlace.find(node, host, among: &$0) }
  }

  /// The place that a text names; `nil` when too many have been named, or the name is too long.
  package init?(named node: String?, _ host: String) {
    let found = ProcessPlace.known.withLock { known -> ProcessPlace? in
      if let place = known[Key(node: node, host: host)] { return place }
      let length = host.utf8.count + (node?.utf8.count ?? 0)
      guard known.count < ProcessPlace.mostNamed, length <= ProcessPlace.longestName else { return nil }
      return ProcessPlace.find(node, host, among: &known)
    }
    guard let found else { return nil }
    self = found
  }

  private init(_ name: Unmanaged<Name>) { self.name = name }

  private static func find(_ node: String?, _ host: String, among known: inout [Key: ProcessPlace]) -> ProcessPlace {
    let key = Key(node: node, host: host)
    if let place = known[key] { return place }
    let place = ProcessPlace(.passRetained(Name(node: node, host: host)))
    known[key] = place
    return place
  }

  package var node: String? { name._withUnsafeGuaranteedRef { $0.node } }
  package var host: String { name._withUnsafeGuaranteedRef { $0.host } }

  package static func == (left: ProcessPlace, right: ProcessPlace) -> Bool {
    left.name.toOpaque() == right.name.toOpaque()
  }
}
