import Foundation
import Testing
import WippyCore

@testable import WippyRuntime

@Suite struct LuaTests {
  /// The example project, with a cache of the tests' own.
  private func examples(_ name: String) throws -> Runtime {
    try Runtime(
      RuntimeConfiguration(
        project: GuestProject.repository.appending(path: "Examples/\(name)").path,
        environment: ["WIPPY_CACHE_DIR": GuestProject.cache.path]))
  }

  private func project(_ lua: String, more: String = "") throws -> GuestProject {
    try GuestProject(
      [], files: ["main.lua": lua],
      hosts: """
          - name: main
            kind: process.lua
            source: file://main.lua
            method: main
            modules: [time, funcs]
        \(more)
        """)
  }

  private func run(_ project: GuestProject, _ arguments: [Value] = []) async throws -> ExitReason {
    try await project.runtime.spawn(GuestProject.id("main"), arguments: arguments).exitReason()
  }

  @Test(arguments: ["spawn_and_receive", "spawn_and_listen", "conversation", "calls"])
  func examplesEndNormally(_ name: String) async throws {
    let runtime = try examples("actors")
    let process = try await runtime.spawn(EntryID(namespace: "myns", name: name))
    let reason = await process.exitReason()
    #expect(reason.kind == .normal, "\(String(reflecting: reason))")
    await runtime.shutdown()
  }

  @Test func argumentsAndResultsCross() async throws {
    let project = try project(
      "return {main = function(a, b) return {sum = a + b.x, list = {1, 2, 'c'}} end}")
    let reason = try await run(project, [.integer(1), .table([.init("x", .float(0.5))])])
    #expect(
      reason
        == .normal(
          .table([
            .init("list", .array([.integer(1), .integer(2), .string("c")])), .init("sum", .float(1.5)),
          ])))
  }

  @Test func resultsOfGuestsBecomeEvents() async throws {
    let project = try GuestProject(
      [.init(name: "compute", guest: "compute", method: "compute")],
      files: [
        "main.lua": """
        return {main = function()
          local pid, err = process.spawn_monitored("guests:compute", "guests:processes", 6, 7)
          if err then error(tostring(err)) end
          local event = process.receive()
          return {type = event.type, value = event.value, from = event.from == pid, reason = event.reason}
        end}
        """
      ],
      hosts: "  - {name: main, kind: process.lua, source: file://main.lua, method: main}")
    let reason = try await run(project)
    guard case .normal(let value?) = reason else { return #expect(reason.kind == .normal) }
    #expect(value["value"] == .integer(42))
    #expect(value["type"] == .string("EXIT"))
    #expect(value["from"] == .bool(true))
    #expect(value["reason"] == .string("normal"))
  }

  @Test func failuresOfSpawnsAreErrors() async throws {
    let project = try project(
      """
      local function kind(...)
        local pid, err = process.spawn(...)
        assert(pid == nil, "a process")
        return err:kind() .. ": " .. err:message()
      end
      return {main = function()
        return {
          kind("guests:nothing", "guests:processes"),
          kind("guests:main", "guests:nowhere"),
          kind("guests:binaries", "guests:processes"),
        }
      end}
      """)
    let reason = try await run(project)
    guard case .normal(.array(let items)?) = reason else {
      Issue.record("\(reason)")
      return
    }
    let texts = items.map { if case .string(let text) = $0 { text } else { "" } }
    #expect(texts.count == 3)
    #expect(texts[0].hasPrefix("NOT_FOUND: there is no entry guests:nothing"))
    #expect(texts[1].contains("there is no entry guests:nowhere"))
    #expect(texts[2].hasPrefix("INVALID:"))
  }

  @Test func aSyntaxErrorNamesItsLine() async throws {
    let project = try project("local a = 1\nlocal b = = 2\n")
    await #expect {
      try await run(project)
    } throws: { error in
      "\(error)".contains("main.lua:2:")
    }
  }

  @Test func anErrorHasItsTraceback() async throws {
    let project = try project(
      "local function inner() error('on purpose') end\nreturn {main = function()\n  inner()\nend}\n")
    let reason = try await run(project)
    guard case .error(let value?) = reason else { return #expect(reason.kind == .error) }
    #expect("\(value)".contains("main.lua:1: on purpose"))
    #expect("\(value)".contains("main.lua:3"))
  }

  @Test func endlessLoopsStopAtTheirLimits() async throws {
    let project = try project(
      "return {main = function() pcall(function() while true do end end) while true do end end}",
      more: "    limits: {max_cpu_ms: 30}")
    #expect(try await run(project).kind == .cpu)
  }

  @Test func memoryIsLimited() async throws {
    let project = try project(
      "return {main = function() local t = {} while true do t[#t + 1] = string.rep('x', 100) .. #t end end}",
      more: "    limits: {max_memory: 4MiB}")
    let reason = try await run(project)
    #expect(reason.kind == .memory, "\(reason)")
  }
}
