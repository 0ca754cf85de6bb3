import Testing
import WippyCore

@testable import WippyLua

@Suite struct CoroutineTests {
  @Test func coroutinesAreLuas() throws {
    #expect(
      try luaValue(
        """
        local co = coroutine.create(function(a, b)
          local c = coroutine.yield(a + b)
          local d, e = coroutine.yield(c * 2)
          return d + e
        end)
        local out = {}
        for _, args in ipairs{{1, 2}, {10}, {3, 4}} do
          local ok, v = coroutine.resume(co, table.unpack(args))
          out[#out + 1] = v
        end
        out[#out + 1] = coroutine.status(co)
        out[#out + 1] = tostring(coroutine.resume(co))
        return out
        """)
        == .array([.integer(3), .integer(20), .integer(7), .string("dead"), .string("false")]))
    #expect(
      try luaValue(
        """
        local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
        local sum = 0
        for i in gen(100) do sum = sum + i end
        return sum
        """) == .integer(5050))
    #expect(
      try luaValue(
        "local ok, e = pcall(coroutine.wrap(function() error('inner') end)) return e") == .string("main.lua:2: inner"))
    #expect(
      try luaValue(
        """
        local closed
        local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() closed = true end}) coroutine.yield() end)
        coroutine.resume(co)
        return coroutine.close(co) and closed and coroutine.status(co) == 'dead'
        """) == .bool(true))
  }

  @Test func blockingInsideANestedCoroutineSuspendsTheProcess() throws {
    #expect(
      try luaValue(
        """
        local log = {}
        local co = coroutine.wrap(function()
          for i = 1, 3 do
            local inner = coroutine.wrap(function() time.sleep('10ms') coroutine.yield(i) time.sleep(5) end)
            coroutine.yield(inner())
            inner()
          end
          return 'end'
        end)
        for i = 1, 4 do log[i] = co() end
        return log
        """) == .array([.integer(1), .integer(2), .integer(3), .string("end")]))
  }

  @Test func aCoroutineThatTheProcessSuspendedIsNotResumedByOthers() throws {
    #expect(
      try luaValue(
        """
        local co = coroutine.create(function() time.sleep('1s') return 'slept' end)
        local seen
        coroutine.spawn(function()
          seen = {coroutine.status(co), coroutine.resume(co)}
        end)
        local ok, v = coroutine.resume(co)
        seen[#seen + 1] = v
        seen[#seen + 1] = (pcall(coroutine.close, coroutine.running()))
        return seen
        """)
        == .array([
          .string("normal"), .bool(false), .string("cannot resume non-suspended coroutine"), .string("slept"),
          .bool(false),
        ]))
  }

  @Test func spawnedCoroutinesRunBesideEachOther() throws {
    #expect(
      try luaValue(
        """
        local done = channel.new()
        for i = 1, 10 do
          coroutine.spawn(function(n) time.sleep(n * 1000000) done:send(n) end, 11 - i)
        end
        local out = {}
        for i = 1, 10 do out[i] = done:receive() end
        return out
        """) == .array((1...10).map { .integer(Int64($0)) }))
    #expect(
      try luaValue("local n = 0 coroutine.spawn(function() n = 1 end) coroutine.yield() return n") == .integer(1))
    let failed = try lua("coroutine.spawn(function() error('in another one') end) time.sleep('1s') return 1")
    #expect(failed?.kind == .error)
    // The end of the method is the end of the process.
    #expect(try luaValue("coroutine.spawn(function() time.sleep('1h') error('never') end) return 2") == .integer(2))
  }

  @Test func waitingWhereNobodyCanWaitIsAnError() throws {
    let value = try luaValue(
      """
      local ok, e = pcall(function()
        local t = setmetatable({}, {__tostring = function() time.sleep('1s') return 'x' end})
        return string.format('%s', t)
      end)
      return e
      """)
    #expect("\(value)".contains("attempt to wait inside a function"))
    #expect(
      try luaValue(
        "local t = setmetatable({}, {__tostring = function() time.sleep('1s') return 'x' end}) return tostring(t)")
        == .string("x"))
    #expect(
      try luaValue(
        "local t = setmetatable({}, {__index = function(_, k) time.sleep('1s') return k end}) return t.abc")
        == .string("abc"))
    #expect(
      try luaValue(
        "return select(2, pcall(function() time.sleep('1s') return 'slept' end))") == .string("slept"))
  }
}
