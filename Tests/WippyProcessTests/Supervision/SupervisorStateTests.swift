import Testing
import WippyCore

@testable import WippyProcess

struct SupervisorStateTests {
  static func child(_ id: String, _ restart: RestartType = .permanent) -> ChildSpecification {
    ChildSpecification(id: id, entry: EntryID(namespace: "test", name: id), restart: restart)
  }

  static func world(_ strategy: RestartStrategy, _ children: [ChildSpecification]) -> SupervisorWorld {
    var world = SupervisorWorld(
      SupervisorSpecification(strategy: strategy, intensity: 10, children: children))
    world.feed(.begin)
    world.settle()
    return world
  }

  // Which of three children start again when the middle one ends.
  @Test(arguments: [
    (RestartStrategy.oneForOne, ["b"]), (.oneForAll, ["a", "b", "c"]), (.restForOne, ["b", "c"]),
  ])
  func restartsTheRightOnes(strategy: RestartStrategy, expected: [String]) throws {
    var world = Self.world(strategy, ["a", "b", "c"].map { Self.child($0) })
    let before = Set(world.alive.keys)
    let b = try #require(world.alive.first { $0.value == "b" }?.key)
    world.exit(b, .killed)
    world.settle()
    #expect(world.alive.filter { !before.contains($0.key) }.values.sorted() == expected)
    #expect(world.alive.values.sorted() == ["a", "b", "c"])
    #expect(world.violations == [])
  }

  @Test(arguments: [
    (RestartType.permanent, ExitReason.normal(nil), true), (.permanent, .cancelled(reason: nil), true),
    (.permanent, .killed, true),
    (.transient, .normal(nil), false), (.transient, .cancelled(reason: "x"), false), (.transient, .killed, true),
    (.transient, .exitCode(1), true), (.transient, .start("x"), true), (.transient, .noconnection, true),
    (.transient, .linked(from: ProcessID(host: "h:h", serial: 1), .cancelled(reason: nil)), false),
    (.transient, .linked(from: ProcessID(host: "h:h", serial: 1), .killed), true),
    (.temporary, .normal(nil), false), (.temporary, .killed, false),
  ])
  func restartTypes(type: RestartType, reason: ExitReason, restarts: Bool) {
    #expect(type.restarts(after: reason) == restarts)
  }

  @Test func intensityIsAWindow() {
    var intensity = RestartIntensity(limit: 2, period: 100)
    // 1000 is more than a period older than 1101, and 1050 is exactly one older than 1150 and counts.
    let allowed = [1000, 1050, 1101, 1150].map { intensity.add(at: MonotonicTime(nanoseconds: $0)) }
    #expect(allowed == [true, true, true, false])
  }

  @Test func noRestartAtAll() {
    var intensity = RestartIntensity(limit: 0, period: 100)
    let allowed = intensity.add(at: MonotonicTime(nanoseconds: 5))
    #expect(!allowed)
  }

  @Test func endsOfUnknownProcessesAreNothing() {
    var world = Self.world(.oneForAll, [Self.child("a")])
    world.feed(.exited(ProcessID(host: "x:y", serial: 999), .killed))
    #expect(world.alive.count == 1)
    #expect(world.violations == [])
  }

  // A monitor and a link both tell of an end.
  @Test func anEndThatIsToldTwiceCountsOnce() throws {
    var world = Self.world(.oneForOne, [Self.child("a")])
    let a = try #require(world.alive.first?.key)
    world.exit(a, .killed)
    world.feed(.exited(a, .killed))
    world.settle()
    world.feed(.exited(a, .killed))
    #expect(world.alive.count == 1)
    #expect(world.state.counts.active == 1)
    #expect(world.violations == [])
  }

  @Test func requestsWaitForARestart() throws {
    var world = Self.world(.oneForOne, [Self.child("a")])
    world.exit(try #require(world.alive.first?.key), .killed)
    world.request(1, .terminateChild(.id("a")))
    #expect(world.open.count == 1)
    world.settle()
    #expect(world.open.isEmpty)
    #expect(world.state.statuses.map(\.state) == [.stopped])
  }

  @Test func itGivesUpWithShutdown() throws {
    var world = SupervisorWorld(
      SupervisorSpecification(intensity: 0, children: [Self.child("a"), Self.child("b")]))
    world.feed(.begin)
    world.settle()
    world.exit(try #require(world.alive.first { $0.value == "b" }?.key), .killed)
    world.settle()
    #expect(world.end?.kind == .cancelled)
    #expect(world.violations == [])
  }

  @Test func aFailedFirstStartEndsIt() {
    var world = SupervisorWorld(SupervisorSpecification(children: [Self.child("a"), Self.child("b")]))
    world.feed(.begin)
    world.start(succeeds: true)
    world.start(succeeds: false)
    #expect(world.end == nil, "a has to stop first")
    world.settle()
    #expect(world.end?.kind == .start)
    #expect(!world.isInitialized)
    #expect(world.violations == [])
  }

  @Test func problemsOfASpecification() {
    let twins = SupervisorSpecification(children: [Self.child("a"), Self.child("a")])
    #expect(twins.problem?.contains("`a`") == true)
    #expect(SupervisorSpecification(strategy: .simpleOneForOne, children: []).problem != nil)
    #expect(SupervisorSpecification(intensity: -1, children: []).problem != nil)
    #expect(SupervisorSpecification(period: 0, children: []).problem != nil)
    #expect(SupervisorSpecification(children: [Self.child("a"), Self.child("b")]).problem == nil)
  }
}
