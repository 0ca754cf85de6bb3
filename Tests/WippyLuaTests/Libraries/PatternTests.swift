import Testing

@Suite struct PatternTests {
  /// Random patterns, subjects and replacements give what Lua's own functions give, errors included.
  @Test(arguments: [nil, 23] as [Int32?]) func agreesWithLua(_ interval: Int32?) throws {
    try BareLua().run(PatternTests.comparison, interruptingEvery: interval)
  }

  @Test func limitsComplexityAsLuaDoes() throws {
    try BareLua().run(
      """
      for n = 185, 205 do
        for _, unit in ipairs{"a?", "a*", "a-", "(a)", "()", "a-b?"} do
          local pattern = stock.string.rep(unit, n)
          for _, subject in ipairs{stock.string.rep("a", n), stock.string.rep("ab", n), ""} do
            local ok, result = pcall(stock.string.match, subject, pattern)
            local ok2, result2 = pcall(string.match, subject, pattern)
            assert(ok == ok2 and result == result2, unit .. n)
          end
        end
      end
      """)
  }

  @Test func endsPatternsThatTakeForEver() throws {
    let suspensions = try BareLua().run(
      """
      local subject = string.rep("a", 3000)
      for _, pattern in ipairs{".-.-.-.-.-.-b"} do
        local ok, message = pcall(string.find, subject, pattern)
        assert(not ok and message:find("pattern takes too many steps", 1, true), message)
      end
      assert(string.gsub(subject, "(.-)*b", "") == subject)
      """, interruptingEvery: 1)
    // It was no obstacle to others meanwhile.
    #expect(suspensions > 3000)
  }

  @Test func endsPatternsWhereNothingCanBeSuspended() throws {
    try BareLua().run(
      """
      local t = setmetatable({}, {__index = function()
        local ok, message = pcall(string.find, string.rep("a", 3000), ".-.-.-.-.-b")
        return tostring(ok) .. message
      end})
      assert(table.concat(t, ",", 1, 1):find("cannot be interrupted", 1, true))
      """, interruptingEvery: 1)
  }

  @Test func replacementsMayYield() throws {
    try BareLua().run(
      """
      local results = {}
      local run = coroutine.wrap(function()
        results[1] = string.gsub("hello world", "%w+", function(word) return coroutine.yield(word) end)
        results[2] = string.gsub("hello", "^l*", function(word) return coroutine.yield(word) end)
        results[3] = string.gsub(string.rep("a", 3000), "a", function(c) coroutine.yield(c) return "bc" end)
        return "end"
      end)
      local value = 0
      repeat
        value = value + 1
        local result = run(tostring(value))
      until result == "end"
      assert(results[1] == "2 3", results[1])
      assert(results[2] == "4hello", results[2])
      assert(results[3] == string.rep("bc", 3000))
      """)
  }

  @Test func servesNULAndInvalidUTF8() throws {
    try BareLua().run(
      #"""
      assert(("a\0b"):find("\0", 1, true) == 2)
      assert(("a\0b\0"):gsub("%z", "0") == "a0b0")
      assert(("\xff\xfe"):match("[\xfe-\xff]+") == "\xff\xfe")
      assert(("x"):gsub("", "\0") == "\0x\0")
      """#)
  }

  @Test func repeatsWithoutEnd() throws {
    try BareLua().run(
      #"""
      assert(string.rep("", math.maxinteger) == "")
      assert(string.rep("ab", 3, ", ") == "ab, ab, ab")
      assert(string.rep("x", 0) == "" and string.rep("x", -1) == "" and string.rep("x", 1, "y") == "x")
      for _, text in ipairs{"", "a", "abc", ("x"):rep(1000)} do
        for _, separator in ipairs{"", "-", "--------"} do
          for count = 0, 40 do
            assert(string.rep(text, count, separator) == stock.string.rep(text, count, separator))
          end
        end
      end
      local ok, message = pcall(string.rep, "abc", math.maxinteger)
      assert(not ok and message:find("too large"))
      assert(string.dump == nil)
      """#)
  }

  static let comparison = #"""
    math.randomseed(11)
    local concat = stock.table.concat
    local atoms = {
      "a", "b", "c", ".", "%a", "%d", "%s", "%w", "%A", "[ab]", "[^a]", "[a-c]", "[]]", "[^]b]", "[%a_]", "[a-]", "[%]]",
      "%b()", "%bab", "%f[%w]", "%f[^a]", "%1", "%2", "(", ")", "()", "(a", "$", "^", "%", "[", "%.", "%z", "%g", "]", "-",
      "*", "+", "?", "\0", "%f", "%b", "%bx", "[a-%a]", "[%a-z]", "\xc3\xa9"}
    local suffixes = {"", "", "", "*", "+", "-", "?"}
    local function pattern()
      local t = {}
      if math.random(8) == 1 then t[1] = "^" end
      for _ = 1, math.random(0, 7) do
        local is_capture = math.random(6) == 1
        if is_capture then t[#t + 1] = "(" end
        t[#t + 1] = atoms[math.random(#atoms)]
        t[#t + 1] = suffixes[math.random(#suffixes)]
        if is_capture then t[#t + 1] = ")" end
      end
      if math.random(8) == 1 then t[#t + 1] = "$" end
      return concat(t)
    end
    local pieces = {"a", "b", "c", "(", ")", "1", " ", "_", "]", "-", "A", "\0", "\xc3", "ab", "."}
    local function subject()
      local t = {}
      for i = 1, math.random(0, 14) do t[i] = pieces[math.random(#pieces)] end
      return concat(t)
    end
    local function replaced(a, b)
      if a == "a" then return nil elseif a == "b" then return false elseif a == "c" then return {} end
      return b or "Z"
    end
    local replacements = {
      "x", "%1", "%0%0", "%2", "%%", "%", "%a", "<%1>", 12, 1.5, replaced, {a = "1", b = false, c = 3, ab = {}}, true}
    local function all(iterator, ...)
      local r = {n = 0}
      for a, b, c in iterator(...) do
        r[r.n + 1], r[r.n + 2], r[r.n + 3] = a, b, c
        r.n = r.n + 3
        if r.n > 200 then break end
      end
      return stock.table.unpack(r, 1, r.n)
    end
    stock.string.all = function(...) return all(stock.string.gmatch, ...) end
    string.all = function(...) return all(string.gmatch, ...) end
    -- Messages name the function by where it was found.
    local function clean(result)
      if not result[1] then
        result[2] = stock.string.gsub(stock.string.gsub(result[2], "'[%w.?]+'", "'f'"), "^[^ ]+:%d+: ", "")
      end
      return result
    end
    local function compare(name, ...)
      local a = clean(stock.table.pack(pcall(stock.string[name], ...)))
      local b = clean(stock.table.pack(pcall(string[name], ...)))
      local same = a.n == b.n
      for i = 1, a.n do same = same and a[i] == b[i] and math.type(a[i]) == math.type(b[i]) end
      if not same then
        error(stock.string.format("%s(%q, %q): %s, %s", name, (...), (select(2, ...)), tostring(a[2]), tostring(b[2])))
      end
      return a[1]
    end
    local matched = 0
    for _ = 1, 12000 do
      local s, p = subject(), pattern()
      local init = math.random(3) == 1 and math.random(-16, 16) or nil
      if compare("find", s, p, init, math.random(20) == 1) then matched = matched + 1 end
      compare("match", s, p, init)
      compare("all", s, p, init)
      compare("gsub", s, p, replacements[math.random(#replacements)], math.random(5) == 1 and math.random(-1, 4) or nil)
    end
    assert(matched > 5000)
    """#
}
