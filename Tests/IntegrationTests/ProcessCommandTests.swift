import Foundation
import Testing

/// `wippy ps`, `top` and `kill` against a running `wippy run`.
struct ProcessCommandTests {
  private static func project() throws -> TestProject {
    try TestProject(
      entries: """
          - {name: waiter, kind: process.lua, source: file://waiter.lua, method: main}
          - {name: deaf, kind: process.lua, source: file://deaf.lua, method: main}
          - name: tree
            kind: process.supervisor
            host: processes
            intensity: 10
            children:
              - {id: waiter, process: waiter, input: [tree]}
              - {id: deaf, process: deaf, shutdown: brutal_kill}
            lifecycle: {auto_start: true}
        """,
      lua: [
        "waiter": """
        return {main = function(name)
          process.registry.register("the waiter")
          local event
          repeat event = process.receive() until event.type == "CANCEL"
          print("cancelled: " .. tostring(event.reason))
        end}
        """, "deaf": "return {main = function() while true do process.receive() end end}",
      ])
  }

  @Test func theTreeIsShownAndProcessesAreStopped() throws {
    let project = try Self.project()
    let command = try project.start(["run", "-v"])
    try #require(command.waitForError("running services=1"))

    let lines = try project.run(["ps"]).output.split(separator: "\n").map(String.init)
    #expect(lines.count == 5)
    #expect(lines[0].hasPrefix("PID"))
    for (line, entry) in zip(lines.dropFirst(), ["demo:tree", "demo:tree", "demo:waiter", "demo:deaf"]) {
      #expect(line.contains(entry))
    }
    #expect(lines[1].hasPrefix("{demo:processes|") && lines[2].hasPrefix("  {demo:processes|"))
    #expect(lines[3].hasPrefix("    {demo:processes|") && lines[3].contains("waiting: process.receive"))
    #expect(lines[3].hasSuffix("the waiter"))

    let json = try JSONSerialization.jsonObject(with: Data(try project.run(["ps", "--json"]).output.utf8))
    let processes = try #require(json as? [[String: Any]])
    #expect(processes.count == 4)
    #expect(processes.allSatisfy { ($0["memory"] as? Int ?? 0) > 0 && $0["cpu_ns"] is Int && $0["mailbox"] is Int })
    let deaf = try #require(processes.first { $0["entry"] as? String == "demo:deaf" }?["pid"] as? String)

    #expect(try project.run(["top", "-n", "1", "--runtime", "\(command.pid)"]).output.hasPrefix("4 processes\n"))
    // By its name: it is asked, and its supervisor starts it again.
    #expect(try project.run(["kill", "the waiter"]).output.hasSuffix("is asked to stop\n"))
    try #require(command.waitForError("cancelled: wippy kill"))
    try #require(command.waitForError("child waiter is running again (restart 1)"))
    // By its PID without braces.
    let killed = try project.run(["kill", "-9", String(deaf.dropFirst().dropLast())])
    #expect(killed.output == "\(deaf) is ended\n", "stderr: \(killed.error)")
    try #require(command.waitForError("child deaf is running again (restart 1)"))
    #expect(try project.run(["ps"]).output.contains("  1         "))
    expectFailure(try project.run(["kill", "99999"]), code: 1, "there is no process", "`wippy ps`")

    command.signal(SIGINT)
    #expect(command.result().code == 130)
    expectFailure(try project.run(["ps"]), code: 1, "no `wippy run` is running")
  }

  @Test func oneOfSeveralIsChosen() throws {
    let (first, second) = (try Self.project(), try Self.project())
    let surroundings = ["XDG_RUNTIME_DIR": first.directory]
    let running = try first.start(["run", "-v"])
    let other = try CommandRunner.start(["run", "-v"], in: second.directory, environment: surroundings)
    try #require(running.waitForError("running services=1"))
    try #require(other.waitForError("running services=1"))
    expectFailure(
      try first.run(["ps"]), code: 1, "several `wippy run` are running", "--runtime \(running.pid)",
      "--runtime \(other.pid)")
    #expect(try first.run(["ps", "-C", second.directory]).code == 0)
    #expect(try first.run(["ps", "--runtime", "\(other.pid)"]).code == 0)
    // Killed: its socket stays, and is removed by whoever looks next.
    other.signal(SIGKILL)
    _ = other.result()
    #expect(try first.run(["ps"]).code == 0)
    let sockets = try FileManager.default.contentsOfDirectory(atPath: "\(first.directory)/wippy")
    #expect(sockets == ["\(running.pid).sock"])
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(first.directory)/wippy/\(sockets[0])")
    #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o777 == 0o600)
    running.signal(SIGTERM)
    #expect(running.result().code == 143)
  }

  @Test func aCommandThatStaysIsListed() throws {
    let project = try TestProject(guest: "echo_stdin", method: "run", fields: "imports: [wasi:cli]")
    let command = try project.start(["run", "test"])
    command.write("ready\n")
    try #require(command.waitForOutput("ready"))
    var listed = ""
    // It listens as soon as it is clear that it stays.
    for _ in 0..<200 where !listed.contains("demo:echo_stdin") { listed = try project.run(["ps"]).output }
    #expect(listed.contains("demo:echo_stdin"))
    command.closeInput()
    #expect(command.result().code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(project.directory)/wippy").isEmpty)
  }
}
