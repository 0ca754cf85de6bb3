import Testing
import WippyCore
import WippyProcess
import WippyTestKit

struct BootPlanTests {
  static func id(_ name: String) -> EntryID { EntryID(namespace: "t", name: name) }

  static func plan(_ units: [(String, [String])]) throws(BootPlan.Problem) -> BootPlan {
    try BootPlan(units.map { BootPlan.Unit(id: id($0.0), requires: $0.1.map(id), startTimeout: 10) })
  }

  /// `start a`, `stop a`, `booted`, `stopped`.
  static func words(_ actions: [BootPlan.Action]) -> [String] {
    actions.compactMap { action in
      switch action {
      case .start(let id): "start \(id.name)"
      case .stop(let id): "stop \(id.name)"
      case .setTimer, .clearTimer: nil
      case .booted(let report): report.isSuccess ? "booted" : "booted with \(report.failures.count) failures"
      case .stopped(let report): "stopped, \(report.killed.count) killed"
      }
    }
  }

  static let diamond = [("top", ["left", "right"]), ("left", ["base"]), ("right", ["base"]), ("base", [])]

  @Test func dependenciesFirstAndTheReverse() throws {
    var plan = try Self.plan(Self.diamond)
    #expect(Self.words(plan.handle(.begin)) == ["start base"])
    #expect(Self.words(plan.handle(.running(Self.id("base")))) == ["start left", "start right"])
    #expect(Self.words(plan.handle(.running(Self.id("right")))) == [])
    #expect(Self.words(plan.handle(.running(Self.id("left")))) == ["start top"])
    #expect(Self.words(plan.handle(.running(Self.id("top")))) == ["booted"])

    #expect(Self.words(plan.handle(.stop)) == ["stop top"])
    #expect(Self.words(plan.handle(.stopped(Self.id("top"), killed: []))) == ["stop right", "stop left"])
    let pid = ProcessID(host: "h:h", serial: 1)
    #expect(Self.words(plan.handle(.stopped(Self.id("left"), killed: [pid]))) == [])
    #expect(Self.words(plan.handle(.stopped(Self.id("right"), killed: []))) == ["stop base"])
    #expect(Self.words(plan.handle(.stopped(Self.id("base"), killed: []))) == ["stopped, 1 killed"])
  }

  @Test func aFailureReachesItsDependents() throws {
    var plan = try Self.plan(Self.diamond)
    _ = plan.handle(.begin)
    _ = plan.handle(.running(Self.id("base")))
    _ = plan.handle(.running(Self.id("left")))
    let actions = plan.handle(.failed(Self.id("right"), message: "no such file"))
    guard case .booted(let report) = actions.last else {
      Issue.record("not booted: \(actions)")
      return
    }
    #expect(
      report.failures.map(\.description) == [
        "t:right did not start: no such file",
        "t:top did not start: it requires t:right, which did not start",
      ])
    #expect(report.failures.map(\.cause) == [nil, Self.id("right")])
    // The failed one may still be trying, so it is stopped; what never started is not.
    #expect(Self.words(plan.handle(.stop)) == ["stop right", "stop left"])
  }

  @Test func aStartHasItsTime() throws {
    var plan = try Self.plan([("a", [])])
    #expect(plan.handle(.begin) == [.setTimer(Self.id("a"), nanoseconds: 10), .start(Self.id("a"))])
    #expect(Self.words(plan.handle(.startTimeout(Self.id("a")))) == ["booted with 1 failures"])
    #expect(Self.words(plan.handle(.running(Self.id("a")))) == [], "too late")
  }

  @Test func aStopDuringTheStart() throws {
    var plan = try Self.plan(Self.diamond)
    _ = plan.handle(.begin)
    #expect(Self.words(plan.handle(.stop)) == ["stop base"])
    #expect(Self.words(plan.handle(.stopped(Self.id("base"), killed: []))) == ["stopped, 0 killed"])
  }

  @Test func nothingToStart() throws {
    var plan = try Self.plan([])
    #expect(Self.words(plan.handle(.begin)) == ["booted"])
    #expect(Self.words(plan.handle(.stop)) == ["stopped, 0 killed"])
  }

  @Test func aUnitThatHasEndedByItself() throws {
    var plan = try Self.plan([("a", []), ("b", ["a"])])
    _ = plan.handle(.begin)
    _ = plan.handle(.running(Self.id("a")))
    _ = plan.handle(.running(Self.id("b")))
    #expect(Self.words(plan.handle(.stopped(Self.id("b"), killed: []))) == [])
    #expect(Self.words(plan.handle(.stop)) == ["stop a"])
  }

  @Test func problems() {
    #expect(throws: BootPlan.Problem.duplicate(Self.id("a"))) { try Self.plan([("a", []), ("a", [])]) }
    #expect(throws: BootPlan.Problem.unknown(Self.id("x"), requiredBy: Self.id("a"))) {
      try Self.plan([("a", ["x"])])
    }
    #expect(throws: BootPlan.Problem.cycle([Self.id("b"), Self.id("c"), Self.id("b")])) {
      try Self.plan([("a", ["b"]), ("b", ["c"]), ("c", ["b"])])
    }
  }

  /// Any graph, with starts that succeed, fail and take long: requirements run before, and stop after.
  @Test func randomGraphs() throws {
    for seed in 0..<300 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 1...12, using: &random)
      let units = (0..<count).map { index in
        (
          "u\(index)",
          (0..<index).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.map { "u\($0)" }
        )
      }
      let requires = Dictionary(uniqueKeysWithValues: units.map { (Self.id($0.0), $0.1.map(Self.id)) })
      var plan = try Self.plan(units.shuffled(using: &random))
      var (starting, running, stopping): (Set<EntryID>, Set<EntryID>, Set<EntryID>) = ([], [], [])
      var tried: Set<EntryID> = []
      var (isBooted, isStopped) = (false, false)
      var pending = plan.handle(.begin)
      for step in 0..<200 {
        for action in pending {
          switch action {
          case .start(let id):
            #expect(requires[id]?.allSatisfy(running.contains) == true, "seed \(seed)")
            #expect(tried.insert(id).inserted, "seed \(seed): \(id) twice")
            starting.insert(id)
          case .stop(let id):
            let dependents = requires.filter { $0.value.contains(id) }.keys
            #expect(dependents.allSatisfy { !running.contains($0) && !stopping.contains($0) }, "seed \(seed)")
            starting.remove(id)
            running.remove(id)
            stopping.insert(id)
          case .booted: isBooted = true
          case .stopped: isStopped = true
          case .setTimer, .clearTimer: break
          }
        }
        pending = []
        if isStopped { break }
        if let id = starting.sorted().randomElement(using: &random), step < 100 {
          if Int.random(in: 0..<6, using: &random) == 0 {
            starting.remove(id)
            pending = plan.handle(.failed(id, message: "no"))
          } else {
            starting.remove(id)
            running.insert(id)
            pending = plan.handle(.running(id))
          }
        } else if let id = stopping.sorted().randomElement(using: &random) {
          stopping.remove(id)
          pending = plan.handle(.stopped(id, killed: []))
        } else {
          pending = plan.handle(.stop)
        }
      }
      #expect(isBooted && isStopped, "seed \(seed)")
    }
  }
}
