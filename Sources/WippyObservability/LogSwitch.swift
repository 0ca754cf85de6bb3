import Synchronization

/// Turns the log of a run off: for terminals that a program has for itself.
public final class LogSwitch: Sendable {
  private let isOff = Atomic<Bool>(false)

  public init() {}

  /// No record is written any more.
  public func turnOff() { isOff.store(true, ordering: .relaxed) }

  var isOn: Bool { !isOff.load(ordering: .relaxed) }
}
