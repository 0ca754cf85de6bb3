import Testing
import WippyCore
import WippyTestKit

@testable import WippyLua
@testable import WippyProcess

/// Programs that want to hold the worker, take all memory, or crash the host.
@Suite struct HostileTests {
  /// Runs on real threads, lets it compute, and terminates it: the process has to go, and others have to run meanwhile.
  private func terminate(_ source: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let reactor = try EpollReactor()
    let scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: 1), reactor: reactor)
    let host = scheduler.makeHost(id: LuaLaboratory.hostID)
    try scheduler.start()
    defer {
      scheduler.stop()
      reactor.stop()
    }
    let services = LuaServices(
      modules: [:], wallClock: { WallTime(seconds: 0, nanoseconds: 0) }, randomness: { _ in })
    func program(_ text: String) throws -> LuaProgram {
      let unit = LuaUnit(
        chunk: try LuaChunk.compile(text, name: "hostile.lua"), entry: "test:hostile", modules: ["time"])
      return LuaProgram(unit: unit, method: "main", services: services, limits: LuaLimits(maxMemory: 8 << 20))
    }
    let entry = EntryID(namespace: "test", name: "hostile")
    let pid = try await scheduler.start(program("return {main = function() \(source)\nend}"), entry: entry, host: host)
    // Another process gets its turn on the same worker.
    let other = try await scheduler.start(
      program("return {main = function() local n = 0 for i = 1, 1e6 do n = n + i end return 'done' end}"),
      entry: entry, host: host)
    let normal = await scheduler.exitReason(of: other)
    #expect(normal == .normal(.string("done")) || normal == .noproc, sourceLocation: sourceLocation)
    scheduler.terminate(pid)
    let reason = await scheduler.exitReason(of: pid)
    #expect(
      [.killed, .noproc, .memory, .error].contains(reason.kind), "\(reason)", sourceLocation: sourceLocation)
    #expect(scheduler.list().isEmpty, sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "local function f() return f() end f()",
    "while true do pcall(error, 'x') end",
    "local co = coroutine.wrap(function() while true do end end) co()",
    "while true do pcall(coroutine.wrap(function() pcall(function() while true do end end) end)) end",
    "for _ in (function() while true do end end) do end",
    "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
    "local t = setmetatable({}, {__tostring = function() while true do end end}) return tostring(t)",
    "local t = setmetatable({}, {__tostring = function() while true do end end}) while true do pcall(string.format, '%s', t) end",
    "local t = setmetatable({}, {__close = function() while true do end end}) do local x <close> = t end",
    "local t = setmetatable({}, {__close = function() while true do end end}) local co = coroutine.create(function() local x <close> = t coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
    "while true do coroutine.yield() end",
    "while true do local a = {} for i = 1, 100 do a[i] = {} end end",
    "while true do collectgarbage() end",
    "while true do coroutine.wrap(function() coroutine.yield() end)() end",
    "local a, b = channel.new(), channel.new() coroutine.spawn(function() while true do a:send(1) b:receive() end end) while true do a:receive() b:send(2) end",
    "while true do process.send(process.pid(), 'x', 1) end",
    "while true do channel.select{channel.new():case_receive(), default = true} end",
    "xpcall(function() while true do end end, function() while true do end end)",
    "xpcall(error, function() while true do end end)",
    "xpcall(error, function() xpcall(function() while true do end end, function() while true do end end) end)",
    "xpcall(error, function() local function f(...) return f(..., ...) end return f('x') end)",
    "while true do load('local x = 1 return x')() end",
    "local t = setmetatable({}, {__lt = function() while true do end end}) return t < t",
    "local t = setmetatable({}, {__concat = function() while true do end end}) return t .. t",
    "local t = setmetatable({}, {__eq = function() while true do end end}) return t == setmetatable({}, getmetatable(t))",
    "while true do string.rep('x', 1000) end",
    "return table.move({}, 1, 1 << 62, 2)",
    "local e = setmetatable({}, {__tostring = function() while true do end end}) while true do pcall(error, e) end",
    "while true do process.listen('t') process.inbox() process.list() end",
    "local n = 0 while true do n = n + 1 local ok = pcall(setmetatable, {}, {__gc = print}) end",
  ])
  func noLoopHoldsTheWorker(_ source: String) async throws {
    try await terminate(source)
  }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = {} end",
    "local s = 'x' while true do s = s .. s end",
    "string.rep('x', 1 << 40)",
    "string.rep('x', 1 << 26)",
    "local t = {} while true do t[#t + 1] = coroutine.create(print) end",
    "local t = {} while true do t[#t + 1] = coroutine.wrap(function() coroutine.yield() end) t[#t]() end",
    "while true do coroutine.spawn(function() channel.new():receive() end) end",
    "local ch = channel.new(1 << 60) while true do ch:send('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') end",
    "local t = {} while true do pcall(function() t[#t + 1] = string.rep('x', 1000) end) end",
    "local t = {} while true do t[#t + 1] = errors.new('x') end",
    "local t = {} while true do t[#t + 1] = channel.new() end",
    "local t = {} for i = 1, 1e9 do process.listen('t' .. i) end",
    "table.concat(setmetatable({}, {__len = function() return 1 << 40 end, __index = function() return 'x' end}))",
    "local t = {} for i = 1, 200 do t[i] = i end local function f(...) return f(table.unpack(t), ...), f(...) end f()",
    "return table.unpack({}, 1, 1e7)",
    "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
  ])
  func allMemoryEndsTheProcess(_ source: String) throws {
    let laboratory = try LuaLaboratory(limits: LuaLimits(maxMemory: 4 << 20))
    let reason = try laboratory.run("return {main = function() \(source)\nend}")
    #expect([.memory, .error].contains(reason?.kind), "\(String(describing: reason))")
    #expect(laboratory.scheduler.list().isEmpty)
  }

  @Test func memoryIsNotToBeCaught() throws {
    let laboratory = try LuaLaboratory(limits: LuaLimits(maxMemory: 2 << 20))
    let reason = try laboratory.run(
      "return {main = function() local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end end}"
    )
    #expect(reason?.kind == .memory)
    #expect(try LuaLaboratory(limits: LuaLimits(maxMemory: 3000)).run("return {main = print}")?.kind == .start)
  }

  @Test(arguments: [
    "local function f() return 1 + f() end return f()",
    "local function f() return pcall(f) end return f()",
    "local function f() return coroutine.wrap(f)() end return f()",
    "local t = {} t = setmetatable(t, {__index = function(t, k) return t[k] end}) return t.x",
    "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
    "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) return tostring(t)",
    "return string.rep('(', 10000):find(string.rep('(', 10000))",
    "return load(string.rep('(', 100000))",
    "return load('return ' .. string.rep('{', 10000))",
    "return load('local x = ' .. string.rep('-', 100000) .. '1')",
    "local e = setmetatable({}, {__tostring = function() error('again') end}) error(e)",
    "error(nil)", "error(function() end)", "error(coroutine.running())", "error({})",
    "error(setmetatable({}, {__index = error}))",
    "return setmetatable({}, {__index = error, __pairs = error, __len = error})",
    "xpcall(error, function(e) error(e) end)",
    "xpcall(function() error('x') end, function() local function f() return 1 + f() end return f() end)",
    "return coroutine.wrap(coroutine.wrap)(coroutine.wrap)",
    "local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)",
    "local co co = coroutine.wrap(function() return co() end) return pcall(co)",
    "return coroutine.close(coroutine.create(print))",
    "table.sort({3, 2, 1}, function() error('x') end)",
    "table.sort({1, 2, 3, 4, 5, 6}, function() return true end)",
    "return ('x'):rep(100):gsub('x', function() coroutine.yield() end)",
    "return ('x'):gsub('x', {x = print})",
    "return select(-1)", "return select(1 << 60)", "return ('x'):rep(-1 << 63)", "return string.char(-1)",
    "return utf8.char(1 << 40)", "return ('x'):byte(-1 << 63, 1 << 62)",
    "return string.format('%99999d', 1)", "return string.format('%s')", "return string.pack('i17', 1)",
    "return string.unpack('s8', ('\\xff'):rep(8))", "return tonumber('1', 99)", "return math.random(0, -1)",
    "return os.date('%Ez')", "return os.time({year = 1 << 60})", "return os.date('*t', 1 << 60)",
    "return require()", "return require(5)", "return require('\\0')", "return process.spawn()",
    "return process.send({}, {})",
    "return process.listen(string.rep('x', 100000))", "return process.receive({})", "return channel.select({1, 2, 3})",
    "return errors.new()", "return errors.new({})", "return errors.new({message = 5})", "return errors.wrap(nil, 'x')",
    "return errors.call_stack(errors.new('x')).frames[1].line", "return tostring(errors.new('x')) .. errors.new('y')",
    "return errors.new{message = 'x', details = function() end}",
    "return nil, errors.new{message = 'x', details = function() end}",
    "local e = 'x' for i = 1, 100000 do e = errors.new{message = 'x', details = e} end return nil, e",
    "local t = {} local e = errors.new{message = 'x', details = t} t[1] = e process.send(process.pid(), 'x', e) error(e)",
    "local e = {} for i = 1, 40 do e = {errors.new{message = 'x', details = e}, errors.new{message = 'y', details = e}} end return e",
    "return coroutine.spawn()", "coroutine.spawn(error)", "return getmetatable(channel.new()).__index",
    "return channel.new().__index", "channel.new().x = 1", "return #channel.new()",
    "return channel.new() < channel.new()",
    "for k in pairs(channel) do channel[k] = nil end return channel.new",
    "_ENV = nil return process", "_G.process = nil return process.pid()",
    "setmetatable(_G, {__index = error}) return undefined",
    "string = nil return ('x'):rep(2)", "rawset(_G, 'next', nil) for k in pairs(_G) do end",
    "local t = setmetatable({}, {__metatable = 1}) return setmetatable(t, {})",
    "return tostring(nil, nil), tostring()", "return next({}, 'x')",
    "local t = {1} for k in pairs(t) do t[k + 1] = 1 end",
    "goto x do local a ::x:: end",
    "local _ENV <const> = 1 x = 'hello' return y.z",
    "local _ENV --[==[ ]] ]==] < --\n const> = 1 local a, b, c x = 'hello' return y.z",
    "return load('local _ENV <const> = 1 x = 1')",
    "local n = 0 return load(function() n = n + 1 return n < 1000 and ' ' end)",
    "return load(function() return 'local x = 1 ' end)", "return load(function() coroutine.yield() end)",
  ])
  func nothingCrashes(_ source: String) throws {
    let laboratory = try LuaLaboratory(limits: LuaLimits(maxMemory: 16 << 20))
    do {
      _ = try laboratory.run("return {main = function(...) \(source)\nend}")
      #expect(laboratory.reasons.events.count == 1)
    } catch let error as LuaSyntaxError {
      #expect(error.line >= 1)
    }
  }

  @Test func aProcessThatIsClosedWhileItWaitsLeavesNothing() throws {
    let laboratory = try LuaLaboratory()
    try laboratory.add(
      "main",
      """
      local time, funcs = require('time'), require('funcs')
      return {main = function()
        local ticker = time.ticker('1s')
        local timer = time.timer('5s')
        time.after('1h')
        local future = funcs.async('test:main2')
        coroutine.spawn(function() time.sleep('2h') end)
        coroutine.spawn(function() funcs.call('test:main2') end)
        process.receive('3h')
      end}
      """)
    try laboratory.add("main2", "return {main = function() process.receive() end}")
    laboratory.spawn("main")
    laboratory.runAll(timers: 3)
    #expect(laboratory.scheduler.list().count == 3)
    let pid = try #require(laboratory.scheduler.list().first?.pid)
    laboratory.scheduler.terminate(pid)
    laboratory.runAll(timers: 0)
    #expect(laboratory.reasons.events == [.killed])
    #expect(laboratory.scheduler.list().isEmpty)
    #expect(laboratory.reactor.pendingCount == 0)
  }
}
