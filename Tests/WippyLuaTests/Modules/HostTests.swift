import Testing
import WippyCore

@testable import WippyLua

@Suite struct HostTests {
  @Test func environment() throws {
    try checkLua(
      #"""
      same(env.get("HOME"), "/home/ann") same(env.get("EMPTY"), "") same(kind(env.get("NONE")), "NOT_FOUND")
      same(env.set("NEW", "value"), true) same(env.get("NEW"), "value") same(env.get_all().NEW, "value")
      same(kind(env.set("READONLY", "x")), "PERMISSION_DENIED") same(kind(env.get("")), "INVALID")
      assert(not pcall(env.get) and not pcall(env.set, "A", 5))
      """#)
  }

  @Test func logging() throws {
    let laboratory = try checkLua(
      #"""
      logger:debug("one") logger.info("two", {n = 1}) logger:warn("three", {a = {1, 2}})
      local named = logger:named("part"):with({x = 1, y = 2})
      named:error("four", {y = 3}) named:named("inner"):info("five")
      assert(not pcall(logger.info, 5) and not pcall(logger.with, 5)) same(kind(logger:named("")), "INVALID")
      """#)
    let records = laboratory.records.events
    #expect(records.map(\.message) == ["one", "two", "three", "four", "five"])
    #expect(records.map(\.level) == [.debug, .info, .warn, .error, .info])
    #expect(records[1].fields == [.init("n", .integer(1))])
    #expect(records[3].fields == [.init("logger", .string("part")), .init("x", .integer(1)), .init("y", .integer(3))])
    #expect(records[4].fields.first == .init("logger", .string("part.inner")))
    #expect(records.allSatisfy { $0.entry == EntryID(namespace: "test", name: "main") })
  }

  @Test func registry() throws {
    try checkLua(
      #"""
      local entry = registry.get("app:main")
      same({entry.id, entry.kind, entry.meta.type, entry.data.method}, {"app:main", "process.lua", "worker", "main"})
      same(kind(registry.get("app:none")), "NOT_FOUND") same(kind(registry.get("none")), "INVALID") assert(not pcall(registry.get))
      local function ids(filter) local out = {} for i, e in ipairs(registry.find(filter)) do out[i] = e.id end return table.concat(out, " ") end
      same(ids{[".kind"] = "process.lua"}, "app:main") same(ids{kind = "process.*"}, "app:main lib:main")
      same(ids{["meta.type"] = "worker"}, "app:main lib:main") same(ids{meta = {type = "worker"}, [".ns"] = "lib"}, "lib:main")
      same(ids{[".name"] = "main"}, "app:main lib:main") same(ids{["meta.tags"] = "store"}, "app:db") same(ids{}, "app:db app:main lib:main")
      same(ids{["meta.nothing"] = 1}, "") assert(not pcall(registry.find, 5))
      same(registry.parse_id("app:main"), {ns = "app", name = "main"}) same(kind(registry.parse_id("x")), "INVALID")
      """#)
  }

  @Test func system() throws {
    try checkLua(
      #"""
      assert(system.memory.allocated() > 0 and system.memory.stats().sys > 0 and system.memory.stats().alloc >= 0)
      assert(system.process.pid() > 0 and system.runtime.cpu_count() >= 1 and type(system.process.hostname()) == "string")
      same(system.process.count(), 1) same(system.node.id(), "local") same(type(system.node.role()), "string")
      same(system.hosts.list()[1].processes, 1)
      local me = system.hosts.processes(system.hosts.list()[1].id)[1]
      same({me.pid, me.source}, {process.pid(), "test:main"}) same(system.hosts.processes("none"), {})
      """#)
  }

  @Test func terminal() throws {
    let laboratory = try checkLua(
      #"""
      same(io.write("a", 1, 2.0, true), true) io.print("b", nil, {}) io.eprint("wrong") io.flush() print("printed", 5)
      same(io.args(), {"one", "two"}) same(io.readline(), "first") same(io.readline(), "second") same(io.read(2), "re")
      same(io.read(), "st") same(io.read(), nil) same(io.readline(), nil)
      """#, hasTerminal: true)
    #expect(laboratory.surroundings.written == "a12.0trueb\tnil\ttable\n<flushed>printed\t5\n")
    #expect(laboratory.surroundings.writtenToError == "wrong\n")
    try checkLua("for name in pairs(io) do same(kind(io[name]()), 'UNAVAILABLE') end")
  }

  @Test func contexts() throws {
    try checkLua(
      #"""
      local function context(...) return assert(...) end
      local s = process.with_context{user = "ann", n = 1}
      same(context(s:exec("test:all", nil)), {n = 1, user = "ann"})
      -- Inherited by what the child starts, and by what it calls.
      same(context(s:exec("test:nested", nil)), {called = {deep = true, n = 1, user = "ann"}, own = "ann"})
      same(funcs.new():with_context{n = 2}:call("test:all"), {n = 2})
      same(process.with_context{}:with_name("named"):with_message("hello", 7):exec("test:named"), {"hello", 7, true})
      same(kind(process.registry.lookup("named")), "NOT_FOUND")
      same(ctx.all(), {}) same(kind(ctx.get("user")), "NOT_FOUND") same(kind(ctx.get("")), "INVALID") assert(not pcall(ctx.get))
      """#,
      prepare: { laboratory in
        try laboratory.add("all", "return {main = function() return require('ctx').all() end}")
        try laboratory.add(
          "named",
          """
          return {main = function()
            local event = process.receive()
            return {event.topic, event:data(), process.registry.lookup("named") == process.pid()}
          end}
          """)
        try laboratory.add(
          "nested",
          """
          local ctx, funcs = require('ctx'), require('funcs')
          return {main = function()
            return {own = ctx.get('user'), called = funcs.new():with_context{deep = true}:call('test:all')}
          end}
          """)
      })
  }

  @Test func errorsAsValues() throws {
    try checkLua(
      #"""
      local e = errors.new{message = "no", kind = errors.TIMEOUT, retryable = true, details = {a = 1}}
      same({e:kind(), e:message(), e:retryable(), e:details().a, tostring(e)}, {"TIMEOUT", "no", true, 1, "TIMEOUT: no"})
      local plain = errors.new("plain")
      same({plain:kind(), plain:message(), plain:retryable() == nil, plain:details() == nil}, {"UNKNOWN", "plain", true, true})
      local wrapped = errors.wrap(e, "while working")
      same({wrapped:kind(), wrapped:message(), wrapped:retryable(), wrapped:details().a}, {"TIMEOUT", "while working: no", true, 1})
      same(errors.wrap("text", "outer"):message(), "outer: text")
      assert(errors.is(e, errors.TIMEOUT) and not errors.is(e, errors.INVALID) and not errors.is("x", errors.TIMEOUT))
      local stack = errors.call_stack(e)
      assert(stack.frames[1].source == "main.lua" and stack.frames[1].line > 0 and errors.call_stack(5) == nil)
      for _, name in ipairs{"INVALID", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "TIMEOUT", "CANCELED", "UNAVAILABLE",
        "INTERNAL", "CONFLICT", "RATE_LIMITED", "UNKNOWN"} do same(errors[name], name) end
      local ok, caught = pcall(error, e) assert(not ok and caught == e and e .. "!" == "TIMEOUT: no!")
      assert(not pcall(errors.new) and not pcall(errors.wrap, 5, "x") and not pcall(e.kind, 5))
      """#)
  }
}
