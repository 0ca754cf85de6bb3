import Testing

@Suite struct TableTests {
  /// Random tables and arguments give what Lua's own functions give.
  @Test(arguments: [nil, 17] as [Int32?]) func agreesWithLua(_ interval: Int32?) throws {
    try BareLua().run(TableTests.comparison, interruptingEvery: interval)
  }

  @Test func sortsWhateverTheComparatorSays() throws {
    try BareLua().run(
      """
      math.randomseed(5)
      local function sorted(t) local r = table.move(t, 1, #t, 1, {}) stock.table.sort(r) return table.concat(r, " ") end
      for _ = 1, 500 do
        local t = {}
        for i = 1, math.random(0, 40) do t[i] = math.random(20) end
        local before = sorted(t)
        table.sort(t, function() return math.random(2) == 1 end)
        assert(sorted(t) == before)
        table.sort(t, function() return true end)
        assert(sorted(t) == before)
        local left = math.random(60)
        pcall(table.sort, t, function(a, b)
          left = left - 1
          if left < 0 then error("enough") end
          return a < b
        end)
        assert(sorted(t) == before)
        table.sort(t, function(a, b) return a > b end)
        for i = 2, #t do assert(t[i - 1] >= t[i]) end
      end
      """)
  }

  @Test func comparatorsMayYield() throws {
    try BareLua().run(
      """
      local run = coroutine.wrap(function()
        local t = {}
        for i = 1, 50 do t[i] = (i * 37) % 50 end
        table.sort(t, function(a, b) coroutine.yield() return a < b end)
        for i = 1, 50 do assert(t[i] == i - 1) end
        local box = {__lt = function(a, b) coroutine.yield() return a.v < b.v end}
        local boxes = {}
        for i = 1, 50 do boxes[i] = setmetatable({v = (i * 37) % 50}, box) end
        table.sort(boxes)
        for i = 1, 50 do assert(boxes[i].v == i - 1) end
        return "end"
      end)
      repeat until run() == "end"
      """)
  }

  @Test func longWorkIsSuspended() throws {
    let suspensions = try BareLua().run(
      """
      local t = {}
      for i = 1, 20000 do t[i] = (i * 7919) % 20011 end
      table.sort(t)
      for i = 2, #t do assert(t[i - 1] <= t[i]) end
      table.insert(t, 1, -1)
      assert(t[1] == -1 and #t == 20001)
      assert(table.remove(t, 1) == -1 and #t == 20000)
      assert(#table.concat(t, ",") > 100000)
      assert(#table.move(t, 1, 20000, 2) == 20001)
      """, interruptingEvery: 1_000_000)
    #expect(suspensions == 0)
    let often = try BareLua().run(
      """
      local t = {}
      for i = 1, 20000 do t[i] = (i * 7919) % 20011 end
      table.sort(t)
      for i = 2, #t do assert(t[i - 1] <= t[i]) end
      table.concat(t, ",")
      """, interruptingEvery: 50)
    #expect(often > 500)
  }

  @Test func endlessRangesDoNotBlock() throws {
    // Each of these would run for years in Lua's own functions, without an instruction of Lua's in between.
    for call in [
      "table.move({}, 1, math.maxinteger - 1, 2)",
      "table.insert(setmetatable({}, {__len = function() return math.maxinteger - 1 end}), 1, 0)",
      "table.remove(setmetatable({}, {__len = function() return math.maxinteger - 1 end}), 1)",
      "table.concat(setmetatable({}, {__index = setmetatable({}, {__index = function() return '' end})}), '', 1, 1 << 60)",
    ] {
      #expect(throws: BareLuaError.self) {
        try BareLua().run("coroutine.wrap(function() \(TableTests.limit) \(call) end)()", interruptingEvery: nil)
      }
    }
  }

  /// Ends the coroutine in a hook after a while, as a kill does.
  private static let limit = """
    local left = 100
    debug.sethook(function() left = left - 1 if left < 0 then error("killed") end end, "", 1)
    """

  @Test func servesProxies() throws {
    try BareLua().run(
      """
      local store = {5, 3, 9, 1}
      local proxy = setmetatable({}, {
        __index = store, __newindex = function(_, k, v) store[k] = v end, __len = function() return #store end})
      table.sort(proxy)
      assert(table.concat(proxy, ",") == "1,3,5,9")
      table.insert(proxy, 2, 7)
      assert(table.concat(store, ",") == "1,7,3,5,9")
      assert(table.remove(proxy, 1) == 1)
      assert(not pcall(table.sort, 1) and not pcall(table.concat, "x") and not pcall(table.insert, nil, 1))
      assert(not pcall(table.sort, {1, 2}, 3) and not pcall(table.sort, {1, "x"}) and not pcall(table.sort, {{}, {}}))
      """)
  }

  static let comparison = #"""
    math.randomseed(3)
    local R = math.random
    local function copy(t) local r = {} for k, v in pairs(t) do r[k] = v end return r end
    local function same(a, b)
      for k, v in pairs(a) do if b[k] ~= v then return false end end
      for k, v in pairs(b) do if a[k] ~= v then return false end end
      return true
    end
    local function clean(result, own)
      for i = 1, result.n do if result[i] == own then result[i] = "the table" end end
      if not result[1] then result[2] = stock.string.gsub(result[2], "#%d to '[%w.?]+'", "f") end
      return result
    end
    local function compare(name, t, ...)
      local a, b = copy(t), copy(t)
      local x = clean(stock.table.pack(pcall(stock.table[name], a, ...)), a)
      local y = clean(stock.table.pack(pcall(table[name], b, ...)), b)
      if not same(x, y) or not same(a, b) then
        error(name .. ": " .. tostring(x[2]) .. ", " .. tostring(y[2]))
      end
    end
    local ends = {0, 1, -1, 5, math.maxinteger, math.mininteger, math.maxinteger - 1, math.mininteger + 1}
    for _ = 1, 6000 do
      local t = {}
      for j = 1, R(0, 12) do t[j] = R(1, 9) end
      if R(1, 6) == 1 then t[R(1, 15)] = nil end
      if R(1, 6) == 1 then t[R(-2, 15)] = "x" end
      local far = ends[R(1, #ends)]
      compare("insert", t, R(-1, 15), "v") compare("insert", t, "v") compare("insert", t, far, 1) compare("insert", t)
      compare("remove", t) compare("remove", t, R(-1, 15)) compare("remove", t, far)
      local from, to = R(1, 3) == 1 and R(-2, 14) or nil, R(1, 3) == 1 and R(-2, 14) or nil
      compare("concat", t, ({",", "", "--"})[R(1, 3)], from, to)
      compare("move", t, R(-3, 10), R(-3, 10), R(-3, 10))
      compare("move", t, R(-3, 10), R(-3, 10), R(-3, 10), {})
    end
    local most, least = math.maxinteger, math.mininteger
    for _, range in ipairs{
      {most - 2, most, 1}, {least, 0, 1}, {most, most, most}, {1, 3, most - 2}, {1, 3, most - 1}, {3, 1, 1}} do
      compare("move", {}, stock.table.unpack(range))
    end
    compare("concat", {[most] = "a"}, ",", most, most)
    """#
}
