import WippyTestKit

/// Writes Lua programs that nobody would write: every function of every module with arguments it does not expect, from
/// coroutines, metamethods, comparators, readers and closing variables. The same seed gives the same program.
package struct LuaProgramGenerator: Sendable {
  private var random: SeededGenerator
  /// How many statements may still come: it bounds the length of the program.
  private var budget: Int

  package init(seed: UInt64) {
    random = SeededGenerator(seed: seed &* 0x9e37_79b9_7f4a_7c15 ^ 0x1234_5678)
    budget = 0
  }

  /// A whole source, whose method is `main`.
  package static func program(seed: UInt64) -> String {
    var generator = LuaProgramGenerator(seed: seed)
    generator.budget = Int.random(in: 5...40, using: &generator.random)
    return """
      \(LuaFuzzPrelude.text(seed: seed))
      local function main(...)
        keep(...)
      \(generator.block(depth: 0, indent: "  "))  return v(\(generator.number()))
      end
      return {main = main}

      """
  }

  private mutating func number(_ bound: Int = 1000) -> Int { Int.random(in: 0..<bound, using: &random) }

  private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "nil" }

  private mutating func isLucky(_ odds: Int) -> Bool { Int.random(in: 0..<odds, using: &random) == 0 }

  private mutating func block(depth: Int, indent: String) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 1...(depth == 0 ? 14 : 3), using: &random) where budget > 0 {
      budget -= 1
      text += indent + statement(depth: depth, indent: indent) + "\n"
    }
    return text
  }

  // MARK: Values

  private mutating func value() -> String {
    switch number(10) {
    case 0, 1, 2, 3: "v(\(number()))"
    case 4: pick(LuaProgramGenerator.numbers)
    case 5: pick(LuaProgramGenerator.texts)
    case 6: "{\(value()), \(pick(["", "x = "]))\(pick(LuaProgramGenerator.numbers))}"
    case 7: "meta(\(number()), \(number()))"
    case 8: pick(LuaProgramGenerator.objects)
    default:
      pick(["nil", "true", "false", "self", "'test:child'", "'test:wait'", "'test:crash'", "'test:host'", "'1ms'"])
    }
  }

  private mutating func arguments() -> String {
    (0..<number(6)).map { _ in value() }.joined(separator: ", ")
  }

  private mutating func operation() -> String {
    let (left, right) = (value(), value())
    return switch number(6) {
    case 0: "(\(left)) \(pick(["+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>"])) (\(right))"
    case 1: "(\(left)) \(pick(["==", "~=", "<", "<=", ">", ">="])) (\(right))"
    case 2: "(\(left)) .. (\(right))"
    case 3: "\(pick(["-", "#", "~", "not "]))(\(left))"
    case 4: "(\(left))[\(right)]"
    default: "(\(left))(\(arguments()))"
    }
  }

  // MARK: Statements

  private mutating func function(_ depth: Int, _ indent: String, result: String? = nil) -> String {
    let body = block(depth: depth + 1, indent: indent + "  ")
    return "function(a, b, ...) keep(a, b)\n\(body)\(indent)  return \(result ?? value()) end"
  }

  private mutating func statement(depth: Int, indent: String) -> String {
    if depth > 4 || isLucky(2) { return "call(\(number(100_000)), \(value()), \(value()), \(value()))" }
    switch number(26) {
    case 0, 1, 2: return "method(\(number()), \(number()), \(value()), \(value()))"
    case 3: return "try(function() return \(operation()) end)"
    case 4: return "try(\(function(depth, indent)))"
    case 5: return "xpcall(\(function(depth, indent)), \(function(depth, indent)), \(value()))"
    case 6: return "spawn(\(function(depth, indent)))"
    case 7: return "try(wrap(\(function(depth, indent))), \(value()))"
    case 8:
      return
        "local co = create(\(function(depth, indent))) try(resume, co, \(value())) try(resume, co) keep(co) try(close, co)"
    case 9: return "try(sort, {\(value()), \(value()), \(value()), \(value())}, \(function(depth, indent)))"
    case 10: return "try(gsub, \(text()), \(pattern()), \(function(depth, indent)))"
    case 11: return "try(\(pick(["find", "match", "gsub", "gmatch"])), \(text()), \(pattern()), \(value()))"
    case 12:
      let event = pick(LuaProgramGenerator.events)
      return "keep(setmetatable({\(value())}, {\(event) = \(function(depth, indent)), __index = \(value())}))"
    case 13:
      return
        "try(function() local x <close> = setmetatable({}, {__close = \(function(depth, indent))}) \(pick(["error(x)", "yield(x)", "return x"])) end)"
    case 14: return "for _ = 1, \(number(20)) do\n\(block(depth: depth + 1, indent: indent + "  "))\(indent)end"
    case 15: return "try(function() for a, b in \(value()), \(value()), \(value()) do keep(a, b) end end)"
    case 16: return "try(error, \(value()), \(pick(["0", "1", "2", "nil", "1 << 40"])))"
    case 17:
      return
        "try(function() local function f(...) return \(pick(["f(...) + 1", "pcall(f, ...)", "wrap(f)(...)", "tostring(meta(1, 3))", "f(..., ...)", "{f(...)}"])) end return f(\(value())) end)"
    case 18:
      return
        "try(load, \(pick([function(depth, indent), "'return ' .. \(text())", text(), "rep('(', 300)", "rep('x = 1 ', 1000)"])), \(value()), \(value()), \(value()))"
    case 19: return bomb()
    case 20: return talk()
    case 21:
      return
        "try(select, {\((0..<number(4)).map { _ in "try(\(pick(["'case_receive'", "'case_send'"])), \(value()), \(value()))" }.joined(separator: ", ")), default = \(pick(["true", "false", "nil"]))})"
    case 22: return "yield(\(value()))"
    case 23: return isLucky(4) ? pick(LuaProgramGenerator.endless) : "keep(\(value()), \(value()))"
    case 24: return isLucky(6) ? pick(LuaProgramGenerator.vandalism) : "try(tostring, \(value()))"
    default:
      return
        "do local a, b <const>, c = \(value()), \(value()) keep(a, b, c)\n\(block(depth: depth + 1, indent: indent + "  "))\(indent)end"
    }
  }

  private mutating func text() -> String {
    pick([
      "rep('a', \(number(3000)))", "rep('ab', \(number(300))) .. '\\0'", "'' .. \(pick(LuaProgramGenerator.texts))",
      "tostring(\(value()))",
    ])
  }

  private mutating func pattern() -> String {
    let pieces = [
      "a", ".", ".-", ".*", "(a*)", "a?", "%w+", "[^b]*", "%b()", "%f[%w]", "%1", "()", "(", "$", "[", "%", "a-b?",
    ]
    return "'" + (0..<number(9)).map { _ in pick(pieces) }.joined() + "'"
  }

  /// What takes memory or time.
  private mutating func bomb() -> String {
    let count = pick(["10", "1000", "100000", "1 << 20", "1 << 31", "1 << 62", "-1", "math.mininteger"])
    return pick([
      "try(rep, \(pick(LuaProgramGenerator.texts)), \(count), \(pick(LuaProgramGenerator.texts)))",
      "try(concat, meta(\(number()), \(number())), \(pick(LuaProgramGenerator.texts)), 1, \(count))",
      "try(unpack, {}, 1, \(count))", "try(table_move, {1, 2, 3}, 1, \(count), 2, \(value()))",
      "try(format, rep('%99.99f', \(number(300))), 1e308)", "try(format, '%q', \(value()))",
      "try(pack, rep('\(pick(["i16", "s8", "z", "!16 d", "Xi4", "c1000", "j"]))', \(number(200))), \(value()))",
      "try(unpack_text, rep('\(pick(["i16", "s8", "z", "d", "B"]))', \(number(200))), \(text()), \(count))",
      "try(function() local t = {} for i = 1, \(count) do t[i] = \(value()) end return t end)",
      "try(function() local s = 'x' for i = 1, 40 do s = s .. s end return s end)",
      "try(function() local t = {1} for i = 1, \(number(60)) do t = {t, t, x = t} end keep(t) return t end)",
      "try(function() local t = {} for i = 1, \(number(300)) do t = {t} end keep(t) return t end)",
      "try(function() local e = 'x' for i = 1, \(number(300)) do e = errors.new{message = 'x', details = e} end keep(e) return e end)",
      "for i = 1, \(pick(["10", "1000", "20000"])) do spawn(function() yield() end) end",
      "for i = 1, \(pick(["10", "1000"])) do keep(process.listen('t' .. i)) end",
      "for i = 1, \(pick(["10", "2000"])) do process.send(self, 't', i, \(value())) end",
      "for i = 1, \(pick(["5", "200"])) do time.after('1ms') end",
      "try(decode, rep('[', \(number(3000))))", "try(decode, '[' .. rep('1,', \(number(3000))) .. '1]')",
      "try(yaml_decode, rep('\(pick(["- ", "a: ", "? ", "[", "{a: ", "&a [*a, "]))', \(number(600))))",
      "try(utf8.char, \(count))", "try(string.char, \(count))", "try(os.date, rep('%c', \(number(300))), \(count))",
    ])
  }

  /// What others hear of.
  private mutating func talk() -> String {
    let entry = pick(["'test:child'", "'test:wait'", "'test:crash'", "'test:again'", "'test:none'", value()])
    return pick([
      "keep(process.\(pick(["spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored"]))(\(entry), 'test:host', \(value())))",
      "try(process.exec, \(entry), nil, \(value()))",
      "try(process.upgrade, \(pick(["nil", "'test:child'", "'test:none'", entry])), \(value()))",
      "try(process.send, self, 'topic', \(value()), \(value()))", "keep(process.receive('1ms'))",
      "keep(process.receive(0))",
      "keep(process.inbox(), process.events(), process.listen('topic', {message = \(pick(["true", "false"]))}))",
      "try(process.set_options, {trap_links = \(pick(["true", "false"]))})", "try(process.cancel, self, 'enough')",
      "try(process.link, v(\(number())))", "try(process.monitor, v(\(number())))",
      "try(process.registry.register, 'name', v(\(number())))",
      "try(process.terminate, \(isLucky(3) ? "self" : "v(\(number()))"))",
      "keep(funcs.async(\(entry), \(value())))", "try(funcs.call, \(entry), \(value()))",
      "keep(time.timer('1ms'), time.ticker('1ms'), time.after('1ms'))", "try(time.sleep, '1ms')",
      "keep(process.with_context({a = \(value())}))",
      "keep(process.with_options({}):with_name('n'):with_message('m', \(value())))",
    ])
  }

  // MARK: Pieces

  private static let numbers = [
    "0", "1", "-1", "2", "3.5", "-0.0", "0/0", "1/0", "-1/0", "1e308", "math.mininteger", "math.maxinteger", "1 << 31",
    "1 << 32",
    "1 << 53", "255", "256", "65536", "1e15", "2^53", "2^63", "100", "1000",
  ]

  private static let texts = [
    "''", "'x'", "'\\0'", "'\\xff\\xfe'", "'a,b;c'", "'{test:host|0x00001}'", "'{x'", "'@reserved'", "'1h30m'",
    "'2024-01-02'", "'{}'",
    "'[1, 2, {\"a\": null}]'", "'a: [1, *b]'", "'%d %s %q'", "'\\u{10FFFF}'", "rep('x', 1000)", "'name'", "'topic'",
    "'QUJD'", "'%c'",
  ]

  private static let objects = [
    "channel.new()", "channel.new(3)", "channel.new(1 << 60)", "errors.new('x')",
    "errors.new{message = 'x', kind = errors.TIMEOUT, details = {1}}",
    "time.now()", "time.seconds(1)", "time.parse_duration('1h')", "json.null", "create(print)", "print", "error",
    "function() end",
    "function() error('no') end", "function() yield() end", "uuid.v4()", "process.pid()",
    "setmetatable({}, {__index = error})", "_G",
    "funcs.new()", "hash", "V", "function(...) return ... end", "cyclic", "deep", "shared", "{}", "logger",
    "wrap(function() yield(1) end)",
  ]

  private static let events = [
    "__index", "__newindex", "__call", "__tostring", "__len", "__eq", "__lt", "__le", "__concat", "__add", "__unm",
    "__close", "__pairs",
    "__mode", "__name", "__gc", "__metatable", "__idiv", "__band", "__shl", "__bnot",
  ]

  private static let endless = [
    "while true do end", "while true do pcall(function() while true do end end) end", "repeat local x = {} until false",
    "while true do yield() end", "while true do wrap(function() yield() end)() end",
    "local function f() return f() end f()",
    "while true do try(error, meta(1, 1)) end", "goto again ::again:: goto again", "process.receive()",
    "channel.new():receive()",
    "while true do process.send(self, 'x') process.receive(0) end", "while true do try(tostring, meta(3, 3)) end",
    "local t = {} while true do t[#t + 1] = {} end", "while true do spawn(function() end) yield() end",
    "time.sleep('1h')",
    "while true do channel.select{channel.new():case_receive(), default = true} end",
    "while true do try(gsub, rep('a', 300), '.-.-.-b', '') end",
    "local ch = process.events() while true do ch:receive() end", "while true do collectgarbage() end",
  ]

  private static let vandalism = [
    "setmetatable(_G, {__index = error, __newindex = error})", "for k in pairs(_G) do _G[k] = nil end",
    "string.rep = nil", "_ENV = {}",
    "for k in pairs(process) do process[k] = 1 end", "rawset(_G, 'process', nil)", "getmetatable('').__index = error",
    "table.sort = error",
    "for _, m in ipairs{string, table, channel, time, json} do for k in pairs(m) do m[k] = nil end end",
    "errors.new = yield",
  ]
}
