import Foundation
import Testing

/// Lua processes as commands: the example project, arguments, results, errors and streams.
struct ActorTests {
  private static func command(_ lua: String, _ fields: String = "") throws -> TestProject {
    try TestProject(
      entries: """
          - name: main
            kind: process.lua
            source: file://main.lua
            method: main
            modules: [io, time]
            meta: {command: {name: test, short: A test}}
        \(fields)
        """, lua: ["main": lua])
  }

  @Test(arguments: ["spawn", "listen"])
  func aSpawnedGuestIsAnEventWithItsValue(command: String) throws {
    let result = try TestProject.example("actors").run(["run", command])
    #expect(result.code == 0, "stderr: \(result.error)")
    #expect(result.output == "the worker's result is 42\n")
  }

  @Test func processesTalkAndCallFunctions() throws {
    let project = try TestProject.example("actors")
    let talk = try project.run(["run", "talk"])
    #expect(talk.output.hasSuffix("it answered: goodbye\nit ended: cancelled: enough\n"), "stderr: \(talk.error)")
    let call = try project.run(["run", "call"])
    #expect(call.output == "6 * 7 = 42\n5 * 5 = 25\n", "stderr: \(call.error)")
  }

  @Test func argumentsInputAndResult() throws {
    let project = try Self.command(
      """
      local io = require("io")
      return {main = function(first)
        io.write(table.concat(io.args(), ","), " ", first, "\\n")
        io.eprint("to stderr")
        return "read: " .. io.readline()
      end}
      """)
    let result = try project.run(["run", "test", "a", "--b"], input: "a line\nanother\n")
    #expect(result.output == "a,--b a\nread: a line\n")
    #expect(result.error == "to stderr\n")
    #expect(result.code == 0)
    #expect(try project.run(["run", "--help", "test"]).output.contains("wippy run test [<arguments> ...]"))
  }

  @Test(arguments: [
    ("3", Int32(3), ""), ("0", 0, ""), ("256", 1, ""), ("-1", 255, ""), ("nil", 0, ""), ("true", 0, "true\n"),
    ("{1, 2, x}", 0, "[1,2]\n"), ("{a = 'b'}", 0, "{\"a\":\"b\"}\n"), ("'text'", 0, "text\n"),
  ])
  func anIntegerIsTheExitCode(result: String, code: Int32, output: String) throws {
    let project = try Self.command("return {main = function() return \(result) end}")
    let ended = try project.run(["run", "test"])
    #expect(ended.code == code, "stderr: \(ended.error)")
    #expect(ended.output == output)
    let executed = try project.run(["run", "-x", "demo:main"])
    #expect(executed.code == code)
  }

  @Test func errorsHaveTheirTraceback() throws {
    let project = try Self.command(
      "local function inner() error('on purpose') end\nreturn {main = function()\n  inner()\nend}\n")
    expectFailure(
      try project.run(["run", "test"]), code: 1, "error: src/main.lua:1: on purpose", "src/main.lua:3")
    let returned = try Self.command("return {main = function() return nil, 'not today' end}")
    expectFailure(try returned.run(["run", "test"]), code: 1, "error: not today\n")
  }

  @Test func aSyntaxErrorHasItsPlace() throws {
    let project = try Self.command("local a = 1\nlocal b = = 2\n")
    expectFailure(try project.run(["run", "test"]), code: 1, "error: src/main.lua:2:1: demo:main: ")
    expectFailure(try project.run(["lint"]), code: 1, "error: src/main.lua:2:1: demo:main: ")
  }

  @Test func lintReadsLua() throws {
    let project = try Self.command("local json = require(\"json\")\nlocal x = require('nothing')\nreturn {}\n")
    let result = try project.run(["lint"])
    expectFailure(
      result, code: 1, "src/main.lua:1:14: demo:main: `require(\"json\")`", "add `modules: [json]`",
      "src/main.lua:2:11: demo:main: `require(\"nothing\")`", "src/_index.yaml:15:13: demo:main: there is no `main`")
    // The same when it runs.
    expectFailure(try project.run(["run", "test"]), code: 1, "src/main.lua:1:", "add `modules: [json]`")
    let unknown = try TestProject(
      entries: "  - {name: main, kind: process.lua, source: 'return {main = print}', method: main, modules: [jsno]}\n")
    expectFailure(try unknown.run(["lint"]), code: 1, "there is no module `jsno`", "json")
    let missing = try Self.command("return {mian = function() end}")
    expectFailure(try missing.run(["run", "test"]), code: 1, "did not start", "main")
  }

  @Test func aFloodStopsWhenNobodyReads() throws {
    let project = try Self.command(
      "return {main = function() while true do print(string.rep('x', 1000)) end end}",
      "    limits: {cancel_grace_ms: 10}\n")
    let closed = try project.shell("{ \"$wippy\" run test; echo \"code $?\" >&2; } | head -c 10")
    #expect(closed.output == "xxxxxxxxxx")
    #expect(closed.error == "code 0\n")
    // A reader that does not read: the program waits, and a signal ends it.
    let command = try project.shell(
      "{ \"$wippy\" run test & echo $! > pid; wait $!; echo \"code $?\" >&2; } | { sleep 1; kill -INT $(cat pid); sleep 1; }"
    )
    #expect(!command.timedOut)
    #expect(command.error.contains("code 130"), "stderr: \(command.error)")
  }

  @Test func everyLineArrivesAtASlowReader() throws {
    let project = try Self.command(
      "return {main = function() for i = 1, 60000 do print('line ' .. i .. string.rep('.', 50)) end end}")
    let result = try project.shell("\"$wippy\" run test | { sleep 0.3; wc -l; }")
    #expect(result.output.trimmingCharacters(in: .whitespacesAndNewlines) == "60000")
  }
}
