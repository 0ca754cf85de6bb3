import Synchronization
import WippyCore

/// A timer or ticker of a program, which sends times into its channel (its field).
final class LuaTimer: Sendable {
  private struct State: Sendable {
    /// Another one for each start: what an earlier one still has to say does not count.
    var feed: LuaFeed
    var interval: Int64
    var token: ReactorToken?
    /// Told from earlier ones, so that one that was stopped while it fired does nothing.
    var generation = 0
    var isRunning = false
    var next = MonotonicTime(nanoseconds: 0)
  }

  private let isRepeating: Bool
  private let state: Mutex<State>

  /// - Parameter interval: Nanoseconds.
  init(feed: LuaFeed, interval: Int64, isRepeating: Bool) {
    self.isRepeating = isRepeating
    state = Mutex(State(feed: feed, interval: interval))
  }

  var feed: LuaFeed { state.withLock { $0.feed } }

  /// The shortest time between two ticks, in nanoseconds.
  private static let shortestTick: Int64 = 100_000

  func start(_ call: LuaCall) {
    let reactor = call.context.reactor
    let clock = call.services.wallClock
    call.vm.runningTimers[feed.id] = self
    let (generation, deadline) = state.withLock { state in
      if isRepeating { state.interval = max(state.interval, LuaTimer.shortestTick) }
      state.generation += 1
      state.isRunning = true
      state.next = reactor.now().advanced(byNanoseconds: UInt64(clamping: state.interval))
      return (state.generation, state.next)
    }
    schedule(at: deadline, generation, reactor, clock)
  }

  private func schedule(
    at deadline: MonotonicTime, _ generation: Int, _ reactor: any Reactor,
    _ clock: @escaping @Sendable () -> WallTime
  ) {
    let token = reactor.schedule(at: deadline) { [weak self] in self?.fire(generation, reactor, clock) }
    let isObsolete = state.withLock { state in
      guard state.isRunning, state.generation == generation else { return true }
      state.token = token
      return false
    }
    if isObsolete { reactor.cancel(token) }
  }

  private func fire(_ generation: Int, _ reactor: any Reactor, _ clock: @escaping @Sendable () -> WallTime) {
    let firing = state.withLock { state -> (feed: LuaFeed, deadline: MonotonicTime)? in
      guard state.isRunning, state.generation == generation else { return nil }
      state.token = nil
      state.isRunning = isRepeating
      let now = reactor.now()
      // Ticks that nobody could have seen are left out.
      let interval = UInt64(clamping: state.interval)
      state.next = state.next.advanced(byNanoseconds: interval)
      if state.next < now { state.next = now.advanced(byNanoseconds: interval) }
      return (state.feed, state.next)
    }
    guard let (feed, deadline) = firing else { return }
    let time = clock()
    feed.send(isLast: !isRepeating) { $0.push(time: time) }
    if isRepeating { schedule(at: deadline, generation, reactor, clock) }
  }

  /// `false` when it was not running.
  @discardableResult
  func stop(_ reactor: any Reactor) -> Bool {
    let (token, wasRunning) = state.withLock { state in
      let token = state.token
      let wasRunning = state.isRunning
      state.token = nil
      state.isRunning = false
      return (token, wasRunning)
    }
    if let token { reactor.cancel(token) }
    if wasRunning { feed.end() }
    return wasRunning
  }

  static let kind: LuaClass = LuaClass(
    "timer", hasReference: true,
    [
      .function("response", channel), .function("channel", channel),
      .function("stop") { call throws(LuaFailure) in
        let timer = try call.reference(1, kind, as: LuaTimer.self)
        call.push(timer.stop(call.context.reactor))
        return .values
      },
      .function("reset") { call throws(LuaFailure) in
        let timer = try call.reference(1, kind, as: LuaTimer.self)
        let duration = try call.duration(2)
        guard duration > 0 else { throw .error(.invalid, "the duration has to be longer than 0") }
        let wasRunning = timer.stop(call.context.reactor)
        let feed = call.makeFeed()
        timer.state.withLock {
          $0.interval = duration
          $0.feed = feed
        }
        timer.start(call)
        call.output.push(wasRunning, feeding: feed, field: 1, ofObjectAt: 1)
        return .values
      },
    ])

  private static let channel: LuaFunction = { call throws(LuaFailure) in
    _ = try call.reference(1, kind, as: LuaTimer.self)
    call.output.pushField(1, ofObjectAt: 1)
    return .values
  }
}
