import Foundation
import Testing
import WippyCore

@testable import WippyRuntime

/// Supervisors as programs see them: spawned, asked by entry or PID, with children of both languages.
@Suite struct SupervisorTests {
  private static func project(_ main: String, _ entries: String = "") throws -> GuestProject {
    try GuestProject(
      [.init(name: "sleeper", guest: "sleeper", method: "sleep-forever", more: "imports: [wasi:clocks, wasi:io]")],
      files: [
        "main.lua": main,
        "waiter.lua": """
        return {main = function(...)
          local n = select("#", ...)
          local event
          repeat event = process.receive() until event.type == "CANCEL" or event.topic == "crash"
          if event.topic == "crash" then error("on purpose") end
          return n
        end}
        """,
      ],
      hosts: """
          - {name: main, kind: process.lua, source: file://main.lua, method: main, modules: [supervisor, time]}
          - {name: waiter, kind: process.lua, source: file://waiter.lua, method: main}
        \(entries)
        """)
  }

  private func run(_ project: GuestProject) async throws -> Value {
    let reason = try await project.runtime.spawn(GuestProject.id("main")).exitReason()
    await project.runtime.shutdown()
    guard case .normal(let value?) = reason else {
      Issue.record("\(String(reflecting: reason))")
      return .null
    }
    return value
  }

  private static let trees = """
      - name: tree
        kind: process.supervisor
        host: processes
        children:
          - {id: guest, process: sleeper, input: [1000000]}
          - {id: lua, process: waiter}
          - {id: inner, supervisor: workers}
      - name: workers
        kind: process.supervisor
        host: processes
        strategy: simple_one_for_one
        children: [{id: any, process: waiter, input: [1]}]
    """

  @Test func aTreeIsSpawnedAndAsked() async throws {
    let project = try Self.project(
      """
      local supervisor = require("supervisor")
      return {main = function()
        local pid, err = process.spawn_linked("guests:tree", "guests:processes")
        if err then error(err) end
        local result = {}
        for _, child in ipairs(supervisor.which_children("guests:tree")) do
          result[#result + 1] = child.id .. " " .. child.type
        end
        local counts = supervisor.count_children(pid)
        result[#result + 1] = counts.active .. " of " .. counts.specs
        local a = assert(supervisor.start_child("guests:workers", 2, 3))
        result[#result + 1] = process.info(a).entry
        result[#result + 1] = supervisor.count_children("guests:workers").active
        assert(supervisor.terminate_child("guests:workers", a))
        result[#result + 1] = supervisor.count_children("guests:workers").active
        local b = assert(supervisor.start_child(pid, {id = "more", process = "guests:waiter", restart = "temporary", shutdown = "1s"}))
        process.monitor(b)
        assert(supervisor.terminate_child("guests:tree", "more"))
        result[#result + 1] = process.receive().reason
        process.monitor(pid)
        process.unlink(pid)
        process.cancel(pid)
        result[#result + 1] = process.receive("1m").reason
        local _, failure = supervisor.count_children("guests:tree")
        result[#result + 1] = failure:kind()
        return result
      end}
      """, Self.trees)
    #expect(
      try await run(project)
        == .array([
          .string("guest worker"), .string("lua worker"), .string("inner supervisor"), .string("3 of 3"),
          .string("guests:waiter"), .integer(1), .integer(0), .string("normal"), .string("cancelled"),
          .string("NOT_FOUND"),
        ]))
  }

  @Test func stoppedChildrenAreRestartedAndDeleted() async throws {
    let project = try Self.project(
      """
      local supervisor = require("supervisor")
      return {main = function()
        local pid = assert(process.spawn("guests:tree", "guests:processes"))
        local result = {}
        local function refused(_, failure) result[#result + 1] = failure and failure:kind() or "done" end
        local function child()
          for _, child in ipairs(supervisor.which_children(pid)) do if child.id == "lua" then return child end end
        end
        local first = child().pid
        refused(supervisor.restart_child(pid, "lua"))
        refused(supervisor.delete_child(pid, "lua"))
        refused(supervisor.terminate_child(pid, "lua"))
        result[#result + 1] = tostring(child().pid)
        assert(supervisor.restart_child(pid, "lua"))
        result[#result + 1] = tostring(child().pid ~= nil and child().pid ~= first)
        refused(supervisor.terminate_child(pid, "lua"))
        refused(supervisor.delete_child(pid, "lua"))
        result[#result + 1] = child() and "there" or "gone"
        refused(supervisor.delete_child(pid, "lua"))
        refused(supervisor.restart_child(pid, "nobody"))
        return result
      end}
      """, Self.trees)
    let expected = [
      "CONFLICT", "CONFLICT", "done", "nil", "true", "done", "done", "gone", "NOT_FOUND", "NOT_FOUND",
    ]
    #expect(try await run(project) == .array(expected.map { .string($0) }))
  }

  @Test func aCrashedChildIsRestarted() async throws {
    let project = try Self.project(
      """
      local supervisor = require("supervisor")
      return {main = function()
        local pid = assert(process.spawn("guests:tree", "guests:processes"))
        local function child(id)
          for _, child in ipairs(supervisor.which_children(pid)) do if child.id == id then return child.pid end end
        end
        -- A request is answered when the restart before it is over, and the supervisor may hear of the end later.
        local function another(id, old)
          local new repeat new = child(id) until new and new ~= old
          return new
        end
        local lua, guest = child("lua"), child("guest")
        process.monitor(lua)
        process.send(lua, "crash")
        local event = process.receive()
        local new = another("lua", lua)
        local restarts = process.info(new).restarts
        process.monitor(guest)
        process.terminate(guest)
        local killed = process.receive().reason
        return {event.reason, new ~= lua, restarts, killed, another("guest", guest) ~= guest}
      end}
      """,
      Self.trees.replacing(
        "host: processes\n    children:\n      - {id: guest",
        with: "host: processes\n    intensity: 5\n    children:\n      - {id: guest"))
    #expect(
      try await run(project)
        == .array([.string("error"), .bool(true), .integer(1), .string("killed"), .bool(true)]))
  }

  @Test func wrongChildrenAreErrors() async throws {
    let project = try Self.project(
      """
      local supervisor = require("supervisor")
      return {main = function()
        local pid = assert(process.spawn("guests:tree", "guests:processes"))
        local result = {}
        local function try(child)
          local _, err = supervisor.start_child(pid, child)
          result[#result + 1] = err:kind() .. " " .. err:message()
        end
        try{id = "a", process = "guests:nothing"}
        try{id = "a", process = "guests:tree"}
        try{id = "a", supervisor = "guests:waiter"}
        try{id = "a", process = "guests:waiter", host = "guests:waiter"}
        try{id = "lua", process = "guests:waiter"}
        try{id = "a"}
        try{id = "a", process = "guests:waiter", restart = "never"}
        try{id = "a", process = "waiter", unknown = 1}
        local _, err = process.spawn("guests:tree", "guests:processes", 1)
        result[#result + 1] = err:kind() .. " " .. err:message()
        local _, err = process.spawn("guests:service", "guests:processes")
        result[#result + 1] = err:kind() .. " " .. err:message()
        return result
      end}
      """, Self.trees + "\n  - {name: service, kind: process.service, process: waiter, host: processes}")
    guard case .array(let items) = try await run(project) else { return }
    let texts = items.map { if case .string(let text) = $0 { text } else { "" } }
    let expected = [
      "NOT_FOUND start_child: `process` of child `a`: there is no entry guests:nothing",
      "INVALID start_child: `process` of child `a`: guests:tree is a process.supervisor",
      "INVALID start_child: `supervisor` of child `a`: guests:waiter is a process.lua",
      "INVALID start_child: `host` of child `a`: guests:waiter is a process.lua", "ALREADY_EXISTS ",
      "INVALID start_child: child `a` needs either", "INVALID start_child: `restart` of child `a`",
      "INVALID start_child: a child has no field `unknown`", "INVALID guests:tree is a process.supervisor",
      "INVALID ",
    ]
    #expect(texts.count == expected.count)
    for (text, start) in zip(texts, expected) { #expect(text.hasPrefix(start), "\(text)") }
  }

  @Test func changesOfServicesAreEventsAndMetrics() async throws {
    let project = try Self.project(
      "return {main = function() end}",
      """
        - {name: service, kind: process.service, process: waiter, host: processes, lifecycle: {auto_start: true}}
        - name: once
          kind: process.service
          process: main
          host: processes
          lifecycle: {auto_start: true, restart: {policy: temporary}}
      """)
    var events = project.runtime.serviceEvents().makeAsyncIterator()
    try await project.runtime.startServices()
    var seen: [String: [ServiceEvent.State]] = [:]
    while seen["once"]?.last != .exited || seen["service"]?.last != .running {
      let event = try #require(await events.next())
      #expect(event.previous == seen[event.service.name]?.last ?? .unknown)
      seen[event.service.name, default: []].append(event.state)
    }
    #expect(seen == ["service": [.starting, .running], "once": [.starting, .running, .exited]])
    let metrics = MetricsText(project.runtime).text
    for line in [
      "wippy_service_state{service=\"guests:service\",state=\"running\"} 1",
      "wippy_service_state{service=\"guests:service\",state=\"failed\"} 0",
      "wippy_service_transitions_total{service=\"guests:once\",state=\"exited\"} 1",
      "wippy_service_restarts_total{service=\"guests:service\"} 0",
    ] { #expect(metrics.contains(line + "\n"), "\(line)") }
    await project.runtime.shutdown()
    var rest: [ServiceEvent.State] = []
    while let event = await events.next() { if event.service.name == "service" { rest.append(event.state) } }
    #expect(rest == [.stopping, .stopped])
    // Who listens later hears of nothing, and does not wait for it.
    for await event in project.runtime.serviceEvents() { Issue.record("\(event)") }
  }

  @Test func servicesOfAnEmbeddedRuntime() async throws {
    let project = try Self.project(
      "return {main = function() end}",
      """
        - {name: service, kind: process.service, process: waiter, host: processes, lifecycle: {auto_start: true}}
        - {name: idle, kind: process.service, process: waiter, host: processes}
      """)
    try await project.runtime.startServices()
    #expect(project.runtime.processes().map(\.entry.name) == ["service", "waiter"])
    #expect(await project.runtime.shutdown().killed.isEmpty)
    #expect(project.runtime.processes().isEmpty)
  }
}
