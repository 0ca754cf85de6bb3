import Synchronization
import WippyCore
import WippyWASI

/// The guests of one function that are ready for calls: those that were made before the first one, and those that have
/// served some and may serve more.
package final class IdleGuests: Sendable {
  /// How long a guest stays idle, where it may leave.
  static let patience: UInt64 = 10_000_000_000

  struct Counts: Sendable, Hashable {
    /// Calls that got a guest which was there.
    var taken: UInt64 = 0
    /// Guests that have served all the calls that they may.
    var retired: UInt64 = 0
  }

  private struct State: Sendable {
    /// The one that was used last is the last.
    var guests: [(guest: IdleGuest, since: MonotonicTime)] = []
    var counts = Counts()
    var isClosed = false
    var hasTimer = false
  }

  /// Calls that each guest may serve.
  let callsEach: Int
  /// How many of them stay however long nobody calls.
  private let kept: Int
  private let reactor: any Reactor
  private let state = Mutex(State())

  init(callsEach: Int, kept: Int, reactor: any Reactor) {
    self.callsEach = max(1, callsEach)
    self.kept = kept
    self.reactor = reactor
  }

  var count: Int { state.withLock { $0.guests.count } }

  var counts: Counts { state.withLock { $0.counts } }

  /// The guest that was used last, whose memory is most likely in the processor's caches.
  func take() -> IdleGuest? {
    state.withLock { state in
      guard let last = state.guests.popLast() else { return nil }
      state.counts.taken += 1
      return last.guest
    }
  }

  /// Takes a guest that is fit for another call, or frees it.
  func put(_ guest: IdleGuest) {
    let now = reactor.now()
    let needsTimer = state.withLock { state -> Bool in
      guard !state.isClosed, guest.calls < callsEach else {
        if guest.calls >= callsEach { state.counts.retired += 1 }
        return false
      }
      state.guests.append((guest, now))
      guard state.guests.count > kept, !state.hasTimer else { return false }
      state.hasTimer = true
      return true
    }
    if needsTimer { startTimer(at: now) }
  }

  /// Frees all of them, and those that come later.
  func close() {
    let guests = state.withLock { state in
      state.isClosed = true
      defer { state.guests = [] }
      return state.guests
    }
    withExtendedLifetime(guests) {}
  }

  private func startTimer(at now: MonotonicTime) {
    _ = reactor.schedule(at: now.advanced(byNanoseconds: IdleGuests.patience)) { [weak self] in
      guard let self else { return }
      // Freeing memory takes longer than the reactor's thread has.
      if !reactor.runBlocking({ self.dismiss() }) { startTimer(at: reactor.now()) }
    }
  }

  /// Frees those that nobody has needed for long.
  private func dismiss() {
    let now = reactor.now()
    let (gone, again) = state.withLock { state in
      let surplus = max(0, state.guests.count - kept)
      let count = state.guests.prefix(surplus).prefix { now.nanoseconds(since: $0.since) >= IdleGuests.patience }.count
      let gone = Array(state.guests.prefix(count))
      state.guests.removeFirst(count)
      state.hasTimer = state.guests.count > kept
      return (gone, state.hasTimer)
    }
    withExtendedLifetime(gone) {}
    if again { startTimer(at: now) }
  }
}
