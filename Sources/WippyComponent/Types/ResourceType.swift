/// A resource type, known by identity: the host's, or one that a component defines when it is instantiated.
package final class ResourceType: Hashable, Sendable {
  /// The WIT name, for messages: `pollable`.
  package let name: String
  /// The interface that defines it, where it comes from the host: `wasi:io/poll@0.2.0`.
  package let interface: String?

  package init(name: String, interface: String? = nil) {
    self.name = name
    self.interface = interface
  }

  package static func == (left: ResourceType, right: ResourceType) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}
