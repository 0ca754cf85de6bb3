/// What a guest's host functions work on, as far as the program that runs the guest knows it.
package protocol GuestServices: AnyObject {
  /// The last bytes that the guest wrote to its standard error, at most 4 KiB.
  var lastErrorOutput: String { get }

  /// Their process has ended, and another one may go on with the guest.
  func leave()
}

extension GuestServices {
  package func leave() {}
}

/// The services of a guest that imports nothing.
final class NoServices: GuestServices, Sendable {
  static let shared = NoServices()
  var lastErrorOutput: String { "" }
}
