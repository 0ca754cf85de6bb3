import Foundation
import Testing

/// `wippy run` alone: services and supervisors start in order, stay, and stop.
struct ServiceTests {
  /// Waits until it is asked to stop.
  static let waiter = """
    return {main = function(name)
      print("up " .. tostring(name))
      repeat local event = process.receive() until event.type == "CANCEL"
      print("down " .. tostring(name))
    end}
    """

  private static func project(_ entries: String) throws -> TestProject {
    try TestProject(
      entries: """
          - {name: waiter, kind: process.lua, source: file://waiter.lua, method: main}
          - {name: broken, kind: process.lua, source: file://broken.lua, method: main}
          - {name: slow, kind: process.lua, source: file://slow.lua, method: main, modules: [time]}
          - {name: looping, kind: process.lua, source: file://looping.lua, method: main}
        \(entries)
        """,
      lua: [
        "waiter": waiter, "broken": "return {main = function() end\n", "looping": "while true do end",
        "slow": "require('time').sleep('1h') return {main = print}",
      ])
  }

  @Test func aGracefulShutdownIsInOrderAndNamesWhoWasKilled() throws {
    let project = try TestProject.example("shutdown")
    let command = try project.start(["run", "-v"])
    try #require(command.waitForError("INFO running services=3"))
    try #require(command.waitForError("stubborn: computing for ever"))
    command.signal(SIGTERM)
    let result = command.result()
    #expect(result.code == 143)
    #expect(!result.timedOut)
    expectOrder(
      result.error, "database: open", "web: serving, the database is there", "web: finishing the last request",
      "web: stopped", "database: closed", "warning: shutdown:stubborn {shutdown:processes|",
      "did not stop in time and was killed")
    #expect(result.error.components(separatedBy: "was killed").count == 2)
  }

  @Test func aSecondSignalEndsAtOnce() throws {
    let project = try Self.project(
      """
        - name: endless
          kind: process.service
          process: stubborn
          host: processes
          lifecycle: {auto_start: true, stop_timeout: 1h}
        - {name: stubborn, kind: process.lua, source: file://stubborn.lua, method: main}
      """)
    try project.write("src/stubborn.lua", "return {main = function() while true do end end}")
    let command = try project.start(["run", "-v"])
    try #require(command.waitForError("running services=1"))
    command.signal(SIGINT)
    try #require(command.waitForError("demo:endless is stopping"))
    command.signal(SIGINT)
    #expect(command.result().code == 130)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(project.directory)/wippy").isEmpty)
  }

  @Test func aSupervisedPipelineSurvivesACrash() throws {
    let project = try TestProject.example("pipeline")
    let command = try project.start(["run", "-v"])
    try #require(command.waitForError("square: 64"))
    let tree = try project.run(["ps"]).output
    #expect(tree.contains("pipeline:worker"))
    command.signal(SIGINT)
    let result = command.result()
    #expect(result.code == 130)
    // The sink may print what it got before the crash after it.
    #expect(result.error.contains("square: 9"))
    expectOrder(
      result.error, "child worker ended: error:", "it is restarted", "child source stopped: killed",
      "child worker is running again (restart 1)", "square: 25", "square: 64", "child worker stopped",
      "child sink stopped", "pipeline:stages is stopped")
    #expect(result.error.contains("child source is running again (restart 1)"))
    #expect(!result.error.contains("child sink is running again"))
    #expect(!result.error.contains("warning:"))
  }

  @Test func dependentsStartLaterAndStopEarlier() throws {
    let project = try Self.project(
      """
        - name: base
          kind: process.service
          process: waiter
          host: processes
          input: [base]
        # Requires through an entry that does not run.
        - name: storage
          kind: env.storage.memory
          lifecycle: {requires: [base]}
        - name: top
          kind: process.service
          process: waiter
          host: processes
          input: [top]
          instances: 2
          lifecycle: {auto_start: true, depends_on: [storage]}
      """)
    let command = try project.start(["run", "-v"])
    try #require(command.waitForError("running services=2"))
    command.signal(SIGINT)
    let result = command.result()
    expectOrder(
      result.error, "demo:base is running", "demo:top is starting", "demo:top is running", "down top",
      "demo:top is stopped", "down base")
    expectOrder(result.error, "up base", "down base")
    // A process that runs may say so later than the service that started it.
    #expect(result.error.split(separator: "up top").count == 3)
  }

  @Test func aCommandsServicesStartBeforeItAndStopAfterIt() throws {
    let project = try Self.project(
      """
        - name: base
          kind: process.service
          process: waiter
          host: processes
          input: [base]
          lifecycle: {auto_start: true}
        - name: other
          kind: process.service
          process: waiter
          host: processes
          input: [other]
          lifecycle: {auto_start: true}
        - name: main
          kind: process.lua
          source: "return {main = function() print('command') return 3 end}"
          method: main
          lifecycle: {requires: [base]}
          meta: {command: {name: test}}
      """)
    let result = try project.run(["run", "-v", "test"])
    #expect(result.code == 3)
    #expect(result.output == "command\n")
    // It runs on when it has started, while the start is told.
    expectOrder(result.error, "up base", "down base", "demo:base is stopped")
    expectOrder(result.error, "demo:base is running", "down base")
    #expect(!result.error.contains("other"))
  }

  // MARK: What cannot start

  @Test func nothingToStartIsSaid() throws {
    expectFailure(try Self.project("").run(["run"]), code: 1, "nothing to start", "auto_start: true")
  }

  @Test func aServiceThatCannotStartFailsWithItsDependents() throws {
    let project = try Self.project(
      """
        - name: bad
          kind: process.service
          process: broken
          host: processes
        - name: good
          kind: process.service
          process: waiter
          host: processes
          input: [good]
          lifecycle: {auto_start: true}
        - name: dependent
          kind: process.service
          process: waiter
          host: processes
          lifecycle: {auto_start: true, requires: [bad]}
      """)
    let result = try project.run(["run", "-v"])
    expectFailure(
      result, code: 1, "error: src/_index.yaml:16:5: demo:bad: it did not start: src/broken.lua:2:1: demo:broken:",
      "error: src/_index.yaml:30:45: demo:dependent: it did not start: it requires demo:bad", "down good")
  }

  @Test func aStartThatTakesTooLongIsTold() throws {
    let project = try Self.project(
      """
        - name: sleeping
          kind: process.service
          process: slow
          host: processes
          lifecycle: {auto_start: true, start_timeout: 300ms, stop_timeout: 100ms}
        - name: computing
          kind: process.supervisor
          host: processes
          children: [{id: a, process: looping, shutdown: 10ms}]
          lifecycle: {auto_start: true, start_timeout: 300ms, stop_timeout: 100ms}
      """)
    let result = try project.run(["run"])
    expectFailure(
      result, code: 1, "src/_index.yaml:16:5: demo:sleeping: it did not start: it did not run within `start_timeout`",
      "src/_index.yaml:21:5: demo:computing: it did not start:")
  }

  @Test func aSupervisorWhoseChildDoesNotStart() throws {
    let project = try Self.project(
      """
        - name: tree
          kind: process.supervisor
          host: processes
          children:
            - {id: fine, process: waiter, input: [fine]}
            - {id: wrong, process: broken}
          lifecycle: {auto_start: true}
      """)
    let result = try project.run(["run", "-v"])
    expectFailure(
      result, code: 1, "error: src/_index.yaml:16:5: demo:tree: it did not start: ", "child `wrong` did not start",
      "src/broken.lua:2:1", "down fine")
  }

  @Test(arguments: [
    (
      """
        - {name: a, kind: process.supervisor, children: [{id: x, supervisor: b}]}
        - {name: b, kind: process.supervisor, children: [{id: x, supervisor: a}]}
      """, "src/_index.yaml:16:", "demo:a -> demo:b -> demo:a"
    ),
    (
      "  - {name: a, kind: process.supervisor, host: processes, children: [{id: x, process: waiter}, {id: x, process: waiter}]}\n",
      "src/_index.yaml:16:", "two children `x`"
    ),
    (
      "  - {name: a, kind: process.supervisor, host: processes, children: [{id: x, process: processes}]}\n",
      "src/_index.yaml:16:", "`demo:processes` is a `process.host`"
    ),
    (
      "  - {name: a, kind: process.supervisor, host: processes, children: [{id: x, supervisor: waiter}]}\n",
      "src/_index.yaml:16:", "`demo:waiter` is a `process.lua`"
    ),
    (
      "  - {name: a, kind: process.supervisor, host: processes, children: [{id: x, process: nobody}]}\n",
      "src/_index.yaml:16:", "there is no entry `demo:nobody`"
    ),
    (
      "  - {name: a, kind: process.service, process: waiter, host: nowhere}\n", "src/_index.yaml:16:",
      "there is no entry `demo:nowhere`"
    ),
    (
      """
        - {name: a, kind: process.service, process: waiter, host: processes, lifecycle: {requires: [b]}}
        - {name: b, kind: process.service, process: waiter, host: processes, lifecycle: {requires: [a]}}
      """, "src/_index.yaml:16:", "demo:a -> demo:b -> demo:a"
    ),
    (
      "  - {name: a, kind: process.supervisor, strategy: simple_one_for_one, host: processes, children: []}\n",
      "src/_index.yaml:16:", "`simple_one_for_one` takes one child"
    ),
    (
      """
        - {name: inner, kind: process.supervisor, host: processes, children: [{id: x, process: needy}]}
        - {name: outer, kind: process.supervisor, host: processes, children: [{id: x, supervisor: inner}, {id: y, process: waiter}]}
        - {name: needy, kind: process.lua, source: file://waiter.lua, method: main, lifecycle: {requires: [other]}}
        - {name: other, kind: process.service, process: asks, host: processes, lifecycle: {auto_start: true}}
        - {name: asks, kind: process.lua, source: file://waiter.lua, method: main, lifecycle: {requires: [outside]}}
        - {name: outside, kind: process.service, process: waiter, host: processes, lifecycle: {requires: [third]}}
        - {name: third, kind: process.supervisor, host: processes, children: [{id: x, supervisor: fourth}, {id: y, process: last}]}
        - {name: fourth, kind: process.supervisor, host: processes, children: [{id: y, process: waiter}]}
        - {name: last, kind: process.lua, source: file://waiter.lua, method: main, lifecycle: {requires: [end]}}
        - {name: end, kind: process.service, process: waiter, host: processes, lifecycle: {requires: [fourth]}}
      """, "src/_index.yaml:", "require each other in a circle: "
    ),
  ])
  func entriesThatCannotBe(entries: String, place: String, message: String) throws {
    let project = try Self.project(entries)
    for command in [["lint"], ["run"]] {
      expectFailure(try project.run(command), code: 1, "error: \(place)", message)
    }
  }
}

/// Checks that these texts follow each other.
func expectOrder(_ text: String, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
  var rest = text[...]
  for part in parts {
    guard let range = rest.range(of: part) else {
      Issue.record("`\(part)` does not follow in:\n\(text)", sourceLocation: sourceLocation)
      return
    }
    rest = rest[range.upperBound...]
  }
}
