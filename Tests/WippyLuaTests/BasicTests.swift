import Testing
import WippyCore

@testable import WippyLua

@Suite struct BasicTests {
  @Test func protectedCalls() throws {
    #expect(
      try luaValue("return {xpcall(function(...) return select('#', ...), ... end, print, 1, false, 3)}")
        == .array([.bool(true), .integer(3), .integer(1), .bool(false), .integer(3)]))
    #expect(
      try luaValue("return {xpcall(error, function(e) return e .. '!', 2 end, 'x', 0)}")
        == .array([.bool(false), .string("x!")]))
    #expect(try luaValue("return (pcall(xpcall, print))") == .bool(false))
    #expect(
      try luaValue("return {xpcall(function() return require('time').sleep('1ms') == nil end, print)}")
        == .array([.bool(true), .bool(true)]))
  }

  @Test func aMethodReturns() throws {
    #expect(try lua("return 6 * 7") == .normal(.integer(42)))
    #expect(try lua("local a, b = ... return a * b", [.integer(6), .integer(7)]) == .normal(.integer(42)))
    #expect(try lua("") == .normal(nil))
    #expect(try lua("return nil, errors.new{message = 'no', kind = errors.INVALID}")?.kind == .error)
    #expect(try lua("return nil, 'no'") == .error(.string("no")))
    #expect(try lua("error('boom')")?.kind == .error)
    #expect(try lua("return nil, nil") == .normal(nil))
  }

  @Test func valuesCrossAndComeBack() throws {
    let values: [Value] = [
      .bool(true), .integer(.min), .integer(.max), .float(1.5), .float(2), .string("grüße"), .bytes([0, 255]),
      .array([.integer(1), .string("x"), .null]), .array([]),
      .table([.init("a", .integer(1)), .init("b", .table([.init("c", .bool(false))]))]),
    ]
    for value in values { #expect(try luaValue("return ...", [value]) == value) }
    // A key without a value is not there.
    let table = Value.table([.init("a", .integer(1)), .init("b", .null)])
    #expect(try luaValue("return ...", [table]) == .table([.init("a", .integer(1))]))
    #expect(try luaValue("return ...", [.unsigned(1 << 63)]) == .float(9_223_372_036_854_775_808))
    #expect(try luaValue("return ...", [.unsigned(.max)]) == .string("18446744073709551615"))
  }

  @Test func whatCannotCrossSaysWhere() throws {
    func message(_ body: String) throws -> String {
      guard case .error(let value) = try lua(body), case .string(let text) = value?["message"] else { return "?" }
      return text
    }
    #expect(try message("return {a = {1, function() end}}").contains("a[2]: a function"))
    #expect(try message("local t = {} t.x = t return t").contains("x: the table contains itself"))
    #expect(try message("return {1, 2, x = 3}").contains("positions and names"))
    #expect(try message("return {[5] = 1}").contains("count from 1"))
    #expect(try message("return {1, nil, 3}").contains("holes"))
    #expect(try message("return {[true] = 1}").contains("boolean as a key"))
    #expect(try message("return coroutine.running()").contains("coroutine"))
    #expect(try message("return channel.new()").contains("channel"))
    #expect(try message("local t = {} for i = 1, 200 do t = {t} end return t").contains("levels deep"))
    #expect(
      try message("local t = {'0123456789'} for i = 1, 40 do t = {t, t} end return t").contains("too many values"))
    #expect(
      try message("local s = ('x'):rep(1 << 21) local t = {} for i = 1, 33 do t[i] = s end return t").contains("bytes"))
  }

  @Test func errorsHaveFileAndLine() throws {
    let laboratory = try LuaLaboratory()
    let reason = try laboratory.run(
      """
      local function deep()
        local x = nil
        return x.y
      end
      return {main = function() deep() end}
      """)
    guard case .error(let value) = reason, case .string(let message) = value?["message"],
      case .string(let stack) = value?["stack"]
    else {
      Issue.record("\(String(describing: reason))")
      return
    }
    #expect(message.hasPrefix("main.lua:3: attempt to index a nil value"))
    #expect(stack.contains("main.lua:5:"))
    #expect(value?["kind"] == .string("INTERNAL"))
  }

  @Test func syntaxErrorsHaveALine() {
    #expect {
      try LuaChunk.compile("local x = 1\nlocal = 2\n", name: "app/x.lua")
    } throws: { error in
      guard let error = error as? LuaSyntaxError else { return false }
      return error.file == "app/x.lua" && error.line == 2 && error.message.contains("'='")
    }
  }

  @Test func missingMethodListsWhatThereIs() throws {
    let laboratory = try LuaLaboratory()
    guard case .start(let message) = try laboratory.run("return {run = print, go = print, x = 1}") else {
      Issue.record("it started")
      return
    }
    #expect(message.contains("`main`") && message.contains("run") && message.contains("go"))
    #expect(!message.contains(" x"))
    #expect(try LuaLaboratory().run("function main() return 5 end") == .normal(.integer(5)))
    #expect(try LuaLaboratory().run("error('at once')")?.kind == .start)
    guard case .start(let other) = try LuaLaboratory().run("return 7") else {
      Issue.record("it started")
      return
    }
    #expect(other.contains("no table"))
  }

  @Test func requireTellsWhichLineToAdd() throws {
    guard case .start(let message) = try LuaLaboratory().run("require('time')", modules: []) else {
      Issue.record("it started")
      return
    }
    #expect(message.contains("modules: [time]") && message.contains("test:main"))
    #expect(try luaValue("return require('process') == process and require('string') == string") == .bool(true))
    let unknown = try luaValue("local ok, e = pcall(require, 'nothing') return e")
    #expect("\(unknown)".contains("there is no module"))
  }

  @Test func librariesAreLoadedOnce() throws {
    let laboratory = try LuaLaboratory()
    let inner = LuaUnit(
      chunk: try LuaChunk.compile("count = (count or 0) + 1 return {n = count}", name: "inner.lua"), entry: "test:inner"
    )
    let outer = LuaUnit(
      chunk: try LuaChunk.compile(
        "return {inner = require('deep'), f = function(x) return x + 1 end}", name: "outer.lua"),
      entry: "test:outer", imports: ["deep": inner])
    try laboratory.add(
      "main",
      """
      local a, b = require('lib'), require('lib')
      return {main = function() return {a == b, a.f(1), a.inner.n, (pcall(require, 'deep'))} end}
      """, imports: ["lib": outer])
    laboratory.spawn("main")
    laboratory.runAll()
    #expect(laboratory.reasons.events == [.normal(.array([.bool(true), .integer(2), .integer(1), .bool(false)]))])
  }

  @Test func theSandboxHasNoWayOut() throws {
    let absent = [
      "io", "dofile", "loadfile", "package", "debug", "os.execute", "os.exit", "os.getenv", "os.remove", "string.dump",
    ]
    for name in absent { #expect(try luaValue("return \(name) == nil") == .bool(true), "\(name)") }
    #expect(try luaValue("return load('return 1 + 1')()") == .integer(2))
    #expect(try luaValue(#"return select(2, load("\27Lua")) ~= nil"#) == .bool(true))
    #expect(try luaValue("return (pcall(setmetatable, {}, {__gc = function() end}))") == .bool(false))
    #expect(try luaValue("return getmetatable('')") == .bool(false))
  }

  @Test func lazyTablesLookLikeTables() throws {
    #expect(try luaValue("local n = 0 for k, v in pairs(string) do n = n + 1 end return n > 12") == .bool(true))
    #expect(try luaValue("return next(math) ~= nil and rawget(table, 'insert') ~= nil") == .bool(true))
    #expect(try luaValue("return getmetatable(_G) == nil and _G._G == _G and _G.nothing == nil") == .bool(true))
    #expect(
      try luaValue("setmetatable(_G, {__index = function(_, k) return k end}) return foo .. type(print)")
        == .string("foofunction"))
    #expect(try luaValue("return ('x'):rep(3) .. ('10' + 1)") == .string("xxx11"))
    #expect(try luaValue("return math.random(5) <= 5 and utf8.charpattern:byte(2) == 0 and math.pi > 3") == .bool(true))
  }

  @Test func printIsALine() throws {
    let laboratory = try LuaLaboratory()
    _ = try laboratory.run("return {main = function() print('a', 1, nil, true) end}")
    #expect(laboratory.lines.events == ["a\t1\tnil\ttrue"])
  }
}
