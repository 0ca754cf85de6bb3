import WippyComponent
import WippyCore

/// What one entry grants to its guest.
package struct CapabilityGrants: Sendable {
  /// Interfaces without versions: `wasi:cli/stdout`; for core modules also `wasi_snapshot_preview1`.
  package let granted: Set<String>
  /// The group to list in `imports` for an interface.
  package let groups: [String: String]

  package init(granted: Set<String>, groups: [String: String]) {
    self.granted = granted
    self.groups = groups
  }

  /// Nothing.
  package static let none = CapabilityGrants(granted: [], groups: [:])

  func has(_ interface: String) -> Bool { granted.contains(interface) }
}
