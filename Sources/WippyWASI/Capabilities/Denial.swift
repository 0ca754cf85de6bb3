import WippyComponent
import WippyCore

/// Makes the functions that end the process, because its entry does not grant them, or nobody has them.
struct Denial: Sendable {
  /// What a granted function that is still missing says.
  static let later = "granted, and comes with a later version of wippy"

  let entry: EntryID?
  let grants: CapabilityGrants

  /// - Parameters:
  ///   - interface: As the guest names it.
  ///   - key: The interface whose group has to be granted; `nil` when none helps.
  func function(_ interface: String, _ name: String, key: String?, note: String? = nil) -> HostFunction {
    let denied = DeniedCapability(
      interface: interface, function: name, entry: entry, group: key.flatMap { grants.groups[$0] }, note: note)
    return .immediate { _ throws(HostFault) in throw .exit(.capability(denied)) }
  }

  /// A function whose type is not the one that its interface gives it.
  static func mismatch(_ interface: String, _ name: String) -> HostFunction {
    let message = "the import \(interface)#\(name) has another type than the host's function"
    return .immediate { _ throws(HostFault) in throw .trap(message) }
  }
}
