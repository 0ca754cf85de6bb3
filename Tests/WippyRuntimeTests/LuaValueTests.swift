import Foundation
import Testing
import WippyRuntime

/// Values of every type from Lua to a component and back: lowered from Lua's, transformed by the guest, lifted to Lua's.
@Suite struct LuaValueTests {
  private static let methods = Set(ValueTests.cases.map(\.method)).union(["sort-by-age"]).sorted()

  /// Runs `body`, which has `same(got, expected)`, `go(method, ...)` (the result) and `problem(method, ...)` (the error's message).
  private func run(_ body: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let project = try GuestProject(
      Self.methods.map { .init(name: "shapes-\($0)", guest: "shapes", method: "shapes#\($0)") },
      files: [
        "main.lua": """
        local json = require("json")
        local function text(v)
          if type(v) ~= "table" then return (math.type(v) or type(v)) .. ":" .. tostring(v) end
          local keys, parts = {}, {}
          for k in pairs(v) do keys[#keys + 1] = k end
          table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
          for i, k in ipairs(keys) do parts[i] = tostring(k) .. "=" .. text(v[k]) end
          return "{" .. table.concat(parts, ", ") .. "}"
        end
        local function same(a, b)
          local x, y = text(a), text(b)
          if x ~= y then error("got " .. x .. ", expected " .. y, 2) end
        end
        local function exec(method, ...) return process.exec("guests:shapes-" .. method, "guests:processes", ...) end
        local function go(method, ...)
          local value, err = exec(method, ...)
          if err then error(tostring(err), 2) end
          return value
        end
        local function problem(method, ...)
          local value, err = exec(method, ...)
          if not err then error("got " .. text(value) .. ", expected an error", 2) end
          return err:message()
        end
        local function finds(text, ...)
          for _, part in ipairs{...} do
            if not text:find(part, 1, true) then error("`" .. text .. "` does not have `" .. part .. "`", 2) end
          end
        end
        return {main = function()
        \(body)
        end}
        """
      ],
      hosts: "  - {name: main, kind: process.lua, source: file://main.lua, method: main, modules: [json]}")
    let reason = try await project.runtime.spawn(GuestProject.id("main")).exitReason()
    #expect(reason.kind == .normal, "\(String(reflecting: reason))", sourceLocation: sourceLocation)
    await project.runtime.shutdown()
  }

  @Test func numbers() async throws {
    try await run(
      """
      same(go("next-u8", 128), 129) same(go("next-s8", -5), -4) same(go("next-u16", 7.0), 8) same(go("next-s64", 1 << 62), (1 << 62) + 1)
      same(go("next-u64", math.maxinteger), 9223372036854775808.0) same(go("next-u64", 2^63), "9223372036854775809")
      same(go("next-u64", "9223372036854775808"), "9223372036854775809")
      same(go("next-integers", {a = 1, b = 1, c = 1, d = 1, e = 1, f = 1, g = 1, h = 1}), {a = 2, b = 2, c = 2, d = 2, e = 2, f = 2, g = 2, h = 2})
      same(go("halve-f64", 3), 1.5) same(go("halve-f32", 3.0), 1.5) same(go("halve-f64", math.huge), math.huge)
      same(go("halve-both", {5, 0.25}), {2.5, 0.125}) same(go("negate", true), false)
      for _, bad in ipairs{{"next-u8", 256}, {"next-u8", -1}, {"next-s8", 128}, {"next-u8", 1.5}, {"next-u8", "1"}, {"next-u8", true},
        {"next-u64", -1}, {"next-s32", 1 << 31}, {"halve-f64", "x"}, {"negate", 0}, {"next-u8", 0 / 0}, {"next-s64", 2^63}} do
        finds(problem(bad[1], bad[2]), "argument 1")
      end
      finds(problem("next-u8"), "next-u8") finds(problem("next-u8", 1, 2), "next-u8")
      """)
  }

  @Test func textsAndLists() async throws {
    try await run(
      #"""
      same(go("next-char", "é"), "ê") same(go("reverse-text", "aé☃😀"), "😀☃éa") same(go("reverse-bytes", "\1\255\0"), "\0\255\1")
      same(go("reverse-bytes", {0, 255, 7}), "\7\255\0") same(go("reverse-texts", {"one", "", "three"}), {"three", "", "one"})
      same(go("reverse-texts", {}), {}) same(go("reverse-pairs", {{1, 2}, {3, 4}}), {{3, 4}, {1, 2}}) same(go("sum", {1, -2, 43}), 42)
      same(go("transpose", {{1, 2, 3}, {4, 5, 6}}), {{1, 4}, {2, 5}, {3, 6}}) same(go("swap", {"text", 9}), {9, "text"})
      finds(problem("next-char", "ab"), "argument 1") finds(problem("next-char", ""), "argument 1")
      finds(problem("reverse-text", "\255"), "argument 1") finds(problem("reverse-text", 5), "argument 1")
      finds(problem("reverse-bytes", {256}), "[0]") finds(problem("reverse-texts", {"x", 5}), "[1]", "string")
      finds(problem("transpose", {{1}, {2, "x"}}), "[1][1]") finds(problem("swap", {"text"}), "argument 1")
      finds(problem("swap", {"text", 1, 2}), "argument 1") finds(problem("sum", {x = 1}), "argument 1")
      finds(problem("sum", {1, print}), "[2]", "function") local t = {} t[1] = t finds(problem("sum", t), "contains itself")
      """#)
  }

  @Test func recordsAndOptions() async throws {
    try await run(
      """
      local ada = {name = "Ada", age = 36, email = "ada@example.org", tags = {"first"}, home = {x = 1, y = -2}}
      same(go("birthday", ada), {name = "Ada", age = 37, email = "ada@example.org", tags = {"first", "older"}, home = {x = 1, y = -2}})
      ada.email = nil
      local function isNone(v) return v == nil end
      assert(isNone(go("birthday", ada).email)) ada.email = json.null assert(isNone(go("birthday", ada).email))
      same(go("oldest", {}), nil) same(go("oldest", {ada}).name, "Ada") same(go("move-point", {x = 1, y = -2}, 10, 20), {x = 11, y = 18})
      same(go("calculate", {1, 4, -2}), {count = 3, sum = 3.0, smallest = -2.0, largest = 4.0, mean = {ok = 1.0}})
      local none = go("calculate", {})
      same({none.count, none.sum, none.mean}, {0, 0.0, {err = "no values"}}) assert(isNone(none.smallest) and isNone(none.largest))
      same(go("next-nested", nil), {}) same(go("next-nested", {}), {some = 0}) same(go("next-nested", {some = 4}), {some = 5})
      same(go("next-nested", {some = 4294967295}), nil)
      finds(problem("birthday", {name = "Ada", age = 300, tags = {}, home = {x = 1, y = 1}}), "argument 1 (who)", "age")
      finds(problem("birthday", {name = "Ada", age = 3, tags = {"a", true}, home = {x = 1, y = 1}}), "argument 1 (who): tags[1]", "string")
      finds(problem("birthday", {name = "Ada", age = 3, tags = {}, home = {x = 1}}), "home", "y")
      finds(problem("birthday", {name = "Ada", age = 3, tags = {}, home = {x = 1, y = 1}, extra = 1}), "extra")
      finds(problem("sort-by-age", {ada, ada, 5}), "argument 1 (people): [2]")
      """)
  }

  @Test func variantsEnumsAndFlags() async throws {
    try await run(
      """
      same(go("area", {rectangle = {2, 3}}), 6.0) same(go("area", {label = "x"}), nil) same(go("area", "nothing"), 0.0)
      same(go("scale", {polygon = {{x = 1, y = 2}}}, 10), {polygon = {{x = 10, y = 20}}}) same(go("scale", "nothing", 2), "nothing")
      same(go("double-number", {small = 100}), {small = 200}) same(go("double-numbers", {{int = -5}, {words = "ha"}}), {{int = -10}, {words = "haha"}})
      same(go("next-color", "red"), "green") same(go("invert", {"read"}), {"write", "execute"}) same(go("invert", {"read", "write", "execute"}), {})
      finds(problem("next-color", "pink"), "argument 1", "pink") finds(problem("invert", {"read", "fly"}), "fly")
      finds(problem("area", {round = 1}), "round") finds(problem("area", {rectangle = {2}}), "rectangle") finds(problem("area", "circle"), "circle")
      """)
  }

  @Test func results() async throws {
    try await run(
      """
      same(go("divide", 7, 2), 3) same({go("check", true)}, {}) same(go("parse-digits", "123"), 123)
      local value, err = process.exec("guests:shapes-divide", "guests:processes", 7, 0)
      same(value, nil) assert(tostring(err):find("division by zero")) same(err:details().value, "division by zero")
      value, err = process.exec("guests:shapes-check-color", "guests:processes", "blue")
      same(value, nil) same(err:details().value, "blue")
      value, err = process.exec("guests:shapes-check", "guests:processes", false)
      assert(value == nil and err)
      same(go("flip", {err = 7}), 7) value, err = process.exec("guests:shapes-flip", "guests:processes", {ok = "a"}) same(err:details().value, "a")
      process.spawn_monitored("guests:shapes-divide", "guests:processes", 7, 0)
      local event = process.receive()
      same({event.reason, event.value, event.error:details().value}, {"error", nil, "division by zero"})
      """)
  }
}
