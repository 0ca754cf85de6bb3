import Synchronization

/// A resource type, known by identity: the host's, or one that a component defines when it is instantiated.
package final class ResourceType: Hashable, Sendable {
  /// The WIT name, for messages: `pollable`.
  package let name: String
  /// The interface that defines it, where it comes from the host: `wasi:io/poll@0.2.0`.
  package let interface: String?

  /// The component instance that defines it, by its number in the plan; `nil` for the host's.
  let definer: Int?

  /// Tells types of one name apart, in the names of linked functions.
  package let serial: Int

  private static let count = Atomic<Int>(0)

  package convenience init(name: String, interface: String? = nil) {
    self.init(name: name, interface: interface, definer: nil)
  }

  init(name: String, interface: String? = nil, definer: Int?) {
    self.name = name
    self.interface = interface
    self.definer = definer
    serial = ResourceType.count.add(1, ordering: .relaxed).newValue
  }

  package static func == (left: ResourceType, right: ResourceType) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}
