import Testing
import WippyCore

@testable import WippyProcess

/// A service's state, with a world that does what the actions ask for.
struct ServiceStateTests {
  struct World {
    var state: ServiceState
    var now = MonotonicTime(nanoseconds: 1)
    var spawns: [ServiceState.Token] = []
    var timers: [(token: ServiceState.Token, nanoseconds: UInt64)] = []
    var cancelled: [ProcessID] = []
    var terminated: [ProcessID] = []
    var states: [ServiceStatus.State] = []
    var end: ExitReason?
    var serial: UInt64 = 0

    init(_ specification: ServiceSpecification) { state = ServiceState(specification) }

    mutating func feed(_ event: ServiceState.Event) {
      for action in state.handle(event, at: now, random: 0) {
        switch action {
        case .spawn(let token, _): spawns.append(token)
        case .cancel(let pid): cancelled.append(pid)
        case .terminate(let pid): terminated.append(pid)
        case .setTimer(let token, let nanoseconds): timers.append((token, nanoseconds))
        case .clearTimer(let token): timers.removeAll { $0.token == token }
        case .changed(let status): if states.last != status.state { states.append(status.state) }
        case .end(let reason): end = reason
        }
      }
    }

    @discardableResult
    mutating func startOne() -> ProcessID {
      serial += 1
      let pid = ProcessID(host: "h:h", serial: serial)
      feed(.started(spawns.removeFirst(), pid))
      return pid
    }

    mutating func fire() {
      let timer = timers.removeFirst()
      now = now.advanced(byNanoseconds: timer.nanoseconds)
      feed(.timer(timer.token))
    }
  }

  static func specification(
    _ policy: RestartType = .transient, instances: Int = 1, attempts: Int = 0
  ) -> ServiceSpecification {
    ServiceSpecification(
      process: EntryID(namespace: "t", name: "p"), instances: instances, policy: policy,
      backoff: Backoff(initialDelay: 100, maxDelay: 350, factor: 2, jitter: 0.1, maxAttempts: attempts),
      stableThreshold: 5000, startTimeout: 1000, stopTimeout: 2000)
  }

  @Test func delaysGrowToTheirBound() {
    let backoff = Self.specification().backoff
    #expect((1...5).map { backoff.delay(attempt: $0, random: 0) } == [100, 200, 350, 350, 350])
    #expect(backoff.delay(attempt: 1, random: 1) == 110)
    #expect(backoff.delay(attempt: 1, random: -1) == 90)
    #expect(backoff.delay(attempt: .max, random: 0) == 350)
    let huge = Backoff(initialDelay: .max, maxDelay: .max, factor: .infinity, jitter: 1)
    #expect(huge.delay(attempt: .max, random: 1) > 1 << 62)
    let zero = Backoff(initialDelay: 0, maxDelay: 100, factor: 2)
    #expect(zero.delay(attempt: .max, random: 1) == 0)
  }

  @Test(arguments: [
    (RestartType.permanent, ExitReason.normal(nil), true), (.permanent, .killed, true),
    (.transient, .normal(nil), false), (.transient, .cancelled(reason: nil), false), (.transient, .killed, true),
    (.temporary, .killed, false),
    (.transient, .error(.table([Value.Field("retryable", .bool(false))])), false),
    (.permanent, .error(.table([Value.Field("retryable", .bool(false))])), false),
    (.transient, .error(.table([Value.Field("retryable", .bool(true))])), true),
    (.transient, .error(.string("x")), true),
  ])
  func policies(policy: RestartType, reason: ExitReason, restarts: Bool) {
    var world = World(Self.specification(policy))
    world.feed(.start)
    let pid = world.startOne()
    world.feed(.exited(pid, reason))
    #expect(world.states == [.starting, .running, restarts ? .starting : .exited])
    #expect((world.end == nil) == restarts)
    if restarts {
      #expect(world.timers.map(\.nanoseconds) == [100])
      world.fire()
      world.startOne()
      #expect(world.states.last == .running)
    }
  }

  @Test func aStableRunBeginsAnew() {
    var world = World(Self.specification())
    world.feed(.start)
    for expected in [100, 200, 350] as [UInt64] {
      let pid = world.startOne()
      world.now = world.now.advanced(byNanoseconds: 5000)
      world.feed(.exited(pid, .killed))
      #expect(world.timers.map(\.nanoseconds) == [expected])
      world.fire()
    }
    let pid = world.startOne()
    world.now = world.now.advanced(byNanoseconds: 5001)
    world.feed(.exited(pid, .killed))
    #expect(world.timers.map(\.nanoseconds) == [100])
  }

  @Test func attemptsEnd() {
    var world = World(Self.specification(attempts: 2))
    world.feed(.start)
    for _ in 0..<2 {
      world.feed(.exited(world.startOne(), .killed))
      world.fire()
    }
    world.feed(.exited(world.startOne(), .killed))
    #expect(world.states.last == .failed)
    #expect(world.end == .killed)
  }

  @Test(arguments: [true, false])
  func failedStarts(retryable: Bool) {
    var world = World(Self.specification())
    world.feed(.start)
    world.feed(
      .startFailed(world.spawns.removeFirst(), RequestFailure("no such export", kind: .invalid, retryable: retryable)))
    #expect(world.states.last == (retryable ? .starting : .failed))
    #expect(world.state.status.lastFailure == "no such export")
    if !retryable { #expect(world.end == .start("no such export")) }
  }

  @Test func aStartThatTakesTooLongIsTriedAgain() {
    var world = World(Self.specification())
    world.feed(.start)
    #expect(world.timers.map(\.nanoseconds) == [1000])
    world.fire()
    world.fire()
    #expect(world.spawns.count == 2)
    // The first attempt comes late: nobody wants it any more.
    let late = world.startOne()
    #expect(world.terminated == [late])
    world.startOne()
    #expect(world.states.last == .running)
  }

  @Test func aStopThatIsObeyed() {
    var world = World(Self.specification(instances: 2))
    world.feed(.start)
    let pids = [world.startOne(), world.startOne()]
    world.feed(.stop(.cancelled(reason: "stop")))
    #expect(world.cancelled == pids)
    for pid in pids { world.feed(.exited(pid, .cancelled(reason: nil))) }
    #expect(world.states == [.starting, .running, .stopping, .stopped])
    #expect(world.end == .cancelled(reason: "stop"))
    #expect(world.timers.isEmpty)
    #expect(world.state.status.killed == [])
  }

  @Test func aStopThatIsNotObeyed() {
    var world = World(Self.specification())
    world.feed(.start)
    let pid = world.startOne()
    world.feed(.stop(.cancelled(reason: nil)))
    #expect(world.timers.map(\.nanoseconds) == [2000])
    world.fire()
    #expect(world.terminated == [pid])
    world.feed(.exited(pid, .killed))
    #expect(world.states.last == .stopped)
    #expect(world.state.status.killed == [pid])
  }

  @Test func aStopDuringAStart() {
    var world = World(Self.specification())
    world.feed(.start)
    world.feed(.stop(.cancelled(reason: nil)))
    #expect(world.states.last == .stopping)
    let pid = world.startOne()
    #expect(world.cancelled == [pid])
    world.feed(.exited(pid, .cancelled(reason: nil)))
    #expect(world.states.last == .stopped)
  }

  @Test func aStopDuringADelay() {
    var world = World(Self.specification())
    world.feed(.start)
    world.feed(.exited(world.startOne(), .killed))
    world.feed(.stop(.cancelled(reason: nil)))
    #expect(world.timers.isEmpty)
    #expect(world.states.last == .stopped)
    #expect(world.end != nil)
  }

  @Test func instancesAreSupervisedEach() {
    var world = World(Self.specification(instances: 3))
    world.feed(.start)
    let first = world.startOne()
    #expect(world.states == [.starting])
    world.startOne()
    world.startOne()
    #expect(world.states == [.starting, .running])
    world.feed(.exited(first, .killed))
    #expect(world.state.status.processes.count == 2)
    world.fire()
    world.startOne()
    #expect(world.states == [.starting, .running, .starting, .running])
    #expect(world.state.status.restarts == 1)
  }
}
