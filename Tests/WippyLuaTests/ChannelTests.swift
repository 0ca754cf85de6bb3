import Testing
import WippyCore

@testable import WippyLua

@Suite struct ChannelTests {
  @Test func buffered() throws {
    #expect(
      try luaValue(
        """
        local ch = channel.new(3)
        ch:send(1) ch:send('two') ch:send({3})
        ch:close()
        ch:close()
        local out = {}
        while true do
          local v, ok = ch:receive()
          if not ok then break end
          out[#out + 1] = v
        end
        out[#out + 1] = (pcall(ch.send, ch, 4))
        return out
        """) == .array([.integer(1), .string("two"), .array([.integer(3)]), .bool(false)]))
  }

  @Test func unbufferedMeets() throws {
    #expect(
      try luaValue(
        """
        local ch, log = channel.new(), {}
        coroutine.spawn(function() for i = 1, 3 do ch:send(i) log[#log + 1] = 's' .. i end ch:close() end)
        for i = 1, 3 do local v = ch:receive() log[#log + 1] = v end
        local v, ok = ch:receive()
        return {#log, v == nil, ok}
        """) == .array([.integer(6), .bool(true), .bool(false)]))
  }

  @Test func manyValuesInOrder() throws {
    #expect(
      try luaValue(
        """
        local ch, total, expected = channel.new(7), 0, 0
        coroutine.spawn(function() for i = 1, 5000 do ch:send(i) end ch:close() end)
        while true do
          local v, ok = ch:receive()
          if not ok then break end
          expected = expected + 1
          assert(v == expected)
          total = total + v
        end
        return total
        """) == .integer(12_502_500))
  }

  @Test func select() throws {
    #expect(
      try luaValue(
        """
        local a, b = channel.new(), channel.new(1)
        local r = channel.select{a:case_receive(), default = true}
        local out = {r.default, r.ok}
        b:send(5)
        r = channel.select{a:case_receive(), b:case_receive()}
        out[3] = r.channel == b and r.value == 5 and r.ok
        r = channel.select{a:case_receive(), b:case_send('x')}
        out[4] = r.channel == b and r.value == 'x' and r.ok
        out[5] = b:receive()
        coroutine.spawn(function() time.sleep('1s') a:send('late') end)
        r = channel.select{b:case_receive(), a:case_receive()}
        out[6] = r.value
        coroutine.spawn(function() b:close() end)
        r = channel.select{a:case_receive(), b:case_receive()}
        out[7] = r.channel == b and r.value == nil and r.ok == false
        local t = time.after('10ms')
        r = channel.select{a:case_receive(), t:case_receive()}
        out[8] = r.channel == t
        return out
        """)
        == .array([
          .bool(true), .bool(true), .bool(true), .bool(true), .string("x"), .string("late"), .bool(true), .bool(true),
        ]))
  }

  @Test func selectIsFair() throws {
    #expect(
      try luaValue(
        """
        local a, b = channel.new(100), channel.new(100)
        for i = 1, 100 do a:send(i) b:send(i) end
        local n = 0
        for i = 1, 100 do if channel.select{a:case_receive(), b:case_receive()}.channel == b then n = n + 1 end end
        return n
        """) == .integer(50))
  }

  @Test func aSelectThatSendsMeetsAReceiver() throws {
    #expect(
      try luaValue(
        """
        local a, got = channel.new(), {}
        coroutine.spawn(function() for i = 1, 3 do got[i] = a:receive() end a:close() end)
        for i = 1, 3 do channel.select{a:case_send(i), channel.new():case_receive()} end
        a:receive()
        return got
        """) == .array([.integer(1), .integer(2), .integer(3)]))
    #expect(
      try luaValue(
        """
        local a = channel.new()
        coroutine.spawn(function() time.sleep(1) a:close() end)
        return (pcall(channel.select, {a:case_send(1)}))
        """) == .bool(false))
  }

  @Test func mistakes() throws {
    for body in [
      "channel.new(-1)", "channel.select{}", "channel.select{1}", "channel.select()", "process.inbox():send(1)",
      "process.inbox():close()", "channel.new():send()", "channel.new().send(1, 2)",
    ] {
      #expect(try luaValue("return (pcall(function() \(body) end))") == .bool(false), "\(body)")
    }
  }

  @Test func aDeadlockIsVisible() throws {
    let laboratory = try LuaLaboratory()
    try laboratory.add("main", "return {main = function() channel.new():receive() end}")
    laboratory.spawn("main")
    laboratory.runAll()
    #expect(laboratory.scheduler.list().first?.waitsFor?.contains("deadlock") == true)
    try laboratory.add("other", "return {main = function() process.receive() end}")
    laboratory.spawn("other")
    laboratory.runAll()
    #expect(laboratory.scheduler.list().last?.waitsFor == "process.receive")
  }
}
