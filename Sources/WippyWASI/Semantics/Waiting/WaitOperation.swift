import Synchronization
import WippyComponent
import WippyCore

/// Parks a process until one of several conditions holds.
final class WaitOperation: PendingOperation {
  private struct Registrations: Sendable {
    var tokens: [ReactorToken] = []
    var signals: [(signal: Signal, id: UInt64)] = []
  }

  private let conditions: [WaitCondition]
  private let reactor: any Reactor
  private let wake: @Sendable () -> Void
  private let registrations = Mutex(Registrations())
  /// Whether there is something to register: at the beginning, and when a registration has been used up although
  /// another process took what was there.
  private let isUnarmed = Atomic<Bool>(true)

  init(_ conditions: [WaitCondition], reactor: any Reactor, wake: @escaping @Sendable () -> Void) {
    self.conditions = conditions
    self.reactor = reactor
    self.wake = wake
  }

  var isComplete: Bool {
    var check = ReadinessCheck(reactor)
    if conditions.count > 1 { check.ask(about: conditions) }
    for condition in conditions where check.isReady(condition) {
      cancel()
      return true
    }
    if isUnarmed.exchange(false, ordering: .acquiringAndReleasing) {
      cancel()
      arm()
    }
    return false
  }

  func cancel() {
    let left = registrations.withLock { registrations in
      defer { registrations = Registrations() }
      return registrations
    }
    for token in left.tokens { reactor.cancel(token) }
    for (signal, id) in left.signals { signal.cancel(id) }
  }

  /// Registers once for the earliest time, and once for each descriptor and signal.
  private func arm() {
    // Keeps the operation until the registration is used up or cancelled; its guest does one or the other.
    let fire: @Sendable () -> Void = {
      self.isUnarmed.store(true, ordering: .releasing)
      self.wake()
    }
    var made = Registrations()
    var earliest = MonotonicTime.never
    var descriptors: Set<DescriptorWait> = []
    var signals: Set<ObjectIdentifier> = []
    for condition in conditions {
      switch condition {
      case .ready, .never: continue
      case .time(let deadline): earliest = min(earliest, deadline)
      case .descriptor(let descriptor, let readiness):
        guard descriptors.insert(DescriptorWait(descriptor: descriptor, readiness: readiness)).inserted else {
          continue
        }
        made.tokens.append(reactor.whenReady(descriptor, for: readiness, fire))
      case .signal(let signal):
        guard signals.insert(ObjectIdentifier(signal)).inserted else { continue }
        made.signals.append((signal, signal.whenSet(fire)))
      }
    }
    if earliest != .never { made.tokens.append(reactor.schedule(at: earliest, fire)) }
    registrations.withLock { [made] in $0 = made }
  }
}
