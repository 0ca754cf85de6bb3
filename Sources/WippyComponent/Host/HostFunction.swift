import WippyCore
import WippyEngine

/// A function that the host provides to a guest.
package enum HostFunction: Sendable {
  /// Returns at once, and allocates nothing in the guest: the cheapest kind.
  case immediate(@Sendable (borrowing HostCall) throws(HostFault) -> Void)
  /// May park the process, and may return strings and lists.
  case resumable(@Sendable (borrowing HostCall) throws(HostFault) -> HostReply)
}

/// How a resumable host function goes on.
package enum HostReply {
  /// The results are written, or there are none.
  case done
  /// The result, in normal form; it is lowered by the function's type.
  case value(Value)
  /// The result of a core module's import, as the bits of its one core value.
  case flat(UInt64)
  /// Park the process until the operation is complete, then ask again. The call's arguments are gone by then.
  case wait(any PendingOperation, then: (borrowing HostCall) throws(HostFault) -> HostReply)
}

/// Something that a parked process waits for.
package protocol PendingOperation: AnyObject, Sendable {
  /// Whether the process can go on; asked on the process's worker.
  var isComplete: Bool { get }
  /// Gives the operation up, because its process ends.
  func cancel()
}

/// Why a host function does not return to its guest.
package enum HostFault: Error {
  /// The guest broke a rule: it traps with this text.
  case trap(String)
  /// The process ends with this reason.
  case exit(ExitReason)
}

/// Finds the host functions that a guest imports.
package protocol HostProvider {
  /// The function for an import of a component. There is always one: what nobody provides, or the entry does
  /// not grant, has a function that ends the process.
  func function(interface: String, name: String, signature: Signature) -> HostFunction

  /// The function for an import of a core module.
  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction
}
