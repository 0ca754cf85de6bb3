import Testing
import WippyCore
import WippyProcess
import WippyTestKit

/// Whatever happens to a supervisor, in whatever order, it forgets nobody and answers everything.
struct SupervisorRandomTests {
  @Test(arguments: RestartStrategy.allCases)
  func invariantsHold(strategy: RestartStrategy) {
    var givenUp = 0
    for seed in 0..<400 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var world = SupervisorWorld(Self.specification(strategy, &random))
      world.feed(.begin)
      for step in 0..<80 as Range<UInt64> where world.end == nil {
        Self.happen(step, &world, &random)
      }
      if world.end != nil { givenUp += 1 }
      world.settle()
      if world.end == nil {
        world.feed(.stop(.cancelled(reason: "test")))
        world.settle()
      }
      #expect(world.end != nil, "seed \(seed): it does not end")
      #expect(world.violations == [], "seed \(seed), \(strategy)")
    }
    #expect(givenUp > 20, "the events are too kind")
    #expect(givenUp < 390, "the events are too cruel")
  }

  private static func specification(
    _ strategy: RestartStrategy, _ random: inout SeededGenerator
  ) -> SupervisorSpecification {
    let count = strategy == .simpleOneForOne ? 1 : Int.random(in: 0...5, using: &random)
    return SupervisorSpecification(
      strategy: strategy, intensity: Int.random(in: 0...6, using: &random), period: 1_000_000_000,
      children: (0..<count).map { child("c\($0)", &random) })
  }

  private static func child(_ id: String, _ random: inout SeededGenerator) -> ChildSpecification {
    let shutdowns: [ChildShutdown] = [.brutalKill, .milliseconds(100), .infinity]
    return ChildSpecification(
      id: id, entry: EntryID(namespace: "test", name: "child"),
      restart: RestartType.allCases.randomElement(using: &random) ?? .permanent,
      shutdown: shutdowns.randomElement(using: &random))
  }

  private static func happen(
    _ step: UInt64, _ world: inout SupervisorWorld, _ random: inout SeededGenerator
  ) {
    world.now = world.now.advanced(byNanoseconds: UInt64.random(in: 0...400_000_000, using: &random))
    let pids = world.alive.keys.sorted { $0.serial < $1.serial }
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<45: world.start(succeeds: Int.random(in: 0..<8, using: &random) > 0)
    case 45..<60:
      let asked = pids.filter(world.asked.contains)
      if let pid = asked.randomElement(using: &random) { world.exit(pid, .cancelled(reason: nil)) }
    case 60..<72:
      let reasons: [ExitReason] = [.normal(nil), .error(nil), .killed, .cancelled(reason: nil)]
      if let pid = pids.randomElement(using: &random), let reason = reasons.randomElement(using: &random) {
        world.exit(pid, reason)
      }
    case 72..<80: world.resume()
    case 80..<84:
      if let timer = world.timers.min(by: { $0.id < $1.id }) {
        world.timers.remove(timer)
        world.feed(.timer(timer))
      }
    case 84: world.feed(.exited(ProcessID(host: "test:host", serial: 1 << 40), .killed))
    default: world.request(step, command(pids, &random))
    }
  }

  private static func command(
    _ pids: [ProcessID], _ random: inout SeededGenerator
  ) -> SupervisorCommand {
    let id = "c\(Int.random(in: 0...7, using: &random))"
    let pid = pids.randomElement(using: &random)
    let name = Bool.random(using: &random) ? pid.map { SupervisorCommand.ChildName.pid($0) } ?? .id(id) : .id(id)
    return switch Int.random(in: 0..<7, using: &random) {
    case 0: .startChild(child(id, &random))
    case 1: .startInstance([.string(id)])
    case 2: .terminateChild(name)
    case 3: .restartChild(name)
    case 4: .deleteChild(name)
    case 5: .whichChildren
    default: .countChildren
    }
  }
}
