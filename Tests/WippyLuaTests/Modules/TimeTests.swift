import Testing

@Suite struct TimeTests {
  @Test func durations() throws {
    try checkLua(
      #"""
      same(time.seconds(90):minutes(), 1.5) same(time.minutes(2):seconds(), 120.0) same(time.hours(1):milliseconds(), 3600000)
      same(time.milliseconds(5):microseconds(), 5000) same(time.microseconds(5):nanoseconds(), 5000)
      same(time.nanoseconds(7):nanoseconds(), 7) same(time.hours(3):hours(), 3.0)
      same(time.SECOND, 1000000000) same(time.HOUR, 3600 * time.SECOND) same(time.MINUTE, 60 * time.SECOND)
      same(time.MILLISECOND, 1000000) same(time.MICROSECOND, 1000) same(time.NANOSECOND, 1)
      same(tostring(time.parse_duration("1h30m5.5s")), "1h30m5.5s") same(time.parse_duration("-1.5h"):minutes(), -90.0)
      same(time.parse_duration("500ms"):milliseconds(), 500) same(time.parse_duration(5 * time.SECOND):seconds(), 5.0)
      same(kind(time.parse_duration("soon")), "INVALID")
      assert(time.seconds(1) + time.milliseconds(500) == time.milliseconds(1500) and time.seconds(1) < time.seconds(2))
      assert(time.seconds(3) - time.seconds(1) == time.seconds(2) and -time.seconds(1) < time.seconds(0))
      assert(time.seconds(2) * 3 == time.seconds(6) and 3 * time.seconds(2) == time.seconds(6) and time.seconds(1) <= time.seconds(1))
      same(time.seconds(3) / time.seconds(2), 1.5) assert(time.seconds(3) / 2 == time.milliseconds(1500))
      assert(not pcall(time.hours, math.maxinteger) and not pcall(time.seconds, "x"))
      """#)
  }

  @Test func times() throws {
    try checkLua(
      #"""
      local t = time.date(2024, 2, 28, 23, 59, 58, 5, time.utc)
      same(t:unix(), 1709164798) same(t:unix_nano(), 1709164798000000005) same({t:date()}, {2024, 2, 28}) same({t:clock()}, {23, 59, 58})
      same({t:year(), t:month(), t:day(), t:hour(), t:minute(), t:second(), t:nanosecond()}, {2024, 2, 28, 23, 59, 58, 5})
      same(t:weekday(), time.WEDNESDAY) same(t:year_day(), 59) same(time.FEBRUARY, 2)
      same(t:add("48h"):format(time.DATE_ONLY), "2024-03-01") same(t:add_date(1, 0, 1):format(time.DATE_ONLY), "2025-03-01")
      same((t + time.seconds(2)):format(time.RFC3339), "2024-02-29T00:00:00Z") same((t - time.seconds(58)):second(), 0)
      same(t:add("1s"):sub(t):seconds(), 1.0) same((t:add("1s") - t):milliseconds(), 1000)
      assert(t:before(t:add(1)) and t:add(1):after(t) and t:equal(t) and t == t:add(0) and t < t:add(1) and t <= t)
      same(t:format(time.RFC1123), "Wed, 28 Feb 2024 23:59:58 UTC") same(t:format(time.KITCHEN), "11:59PM") same(t:format_rfc3339(), "2024-02-28T23:59:58Z")
      same(t:truncate("1h"):format(time.TIME_ONLY), "23:00:00") same(t:round("1h"):format(time.DATE_TIME), "2024-02-29 00:00:00")
      same(time.parse(time.RFC3339, "2024-02-29T01:02:03+02:00"):unix(), 1709161323)
      same(time.parse(time.DATE_ONLY, "2024-02-29"):year_day(), 60) same(kind(time.parse(time.DATE_ONLY, "2023-02-29")), "INVALID")
      same(kind(time.parse(time.RFC3339, "x")), "INVALID") same(time.unix(5, 7):unix_nano(), 5000000007)
      same(time.unix(0):utc():format(time.RFC3339), "1970-01-01T00:00:00Z") assert(not time.unix(0):is_zero() and time.now():unix() >= 0)
      assert(time.date(2024, 14, 35):month() == 3) assert(not pcall(time.date, 1 << 60) and not pcall(time.date))
      same(tostring(t), "2024-02-28 23:59:58.000000005 +0000 UTC") assert(not pcall(function() return t < 5 end))
      """#)
  }

  @Test func locations() throws {
    try checkLua(
      #"""
      local east = time.fixed_zone("EAST", 2 * 3600)
      local t = time.date(2024, 1, 1, 12, 0, 0, 0, east)
      same(t:utc():hour(), 10) same(t:in_location(east):hour(), 12) same(t:location():string(), "EAST") same(tostring(east), "EAST")
      same(t:in_location(time.utc):format(time.RFC3339), "2024-01-01T10:00:00Z") same(t:in_local():unix(), t:unix())
      same(tostring(time.utc), "UTC") assert(tostring(time.localtz) ~= "")
      same(kind(time.load_location("Nowhere/Atall")), "NOT_FOUND") same(kind(time.load_location("../../etc/passwd")), "NOT_FOUND")
      same(kind(time.load_location("")), "INVALID") assert(not pcall(time.fixed_zone, "x", 1 << 40))
      """#)
  }

  @Test func waiting() throws {
    try checkLua(
      #"""
      local start = time.now()
      time.sleep("1500ms") same((time.now() - start):milliseconds(), 1500)
      time.sleep(time.seconds(1)) time.sleep(500 * time.MILLISECOND) time.sleep(0) time.sleep(-5)
      same((time.now() - start):seconds(), 3.0)
      same(time.after("1s"):receive():unix(), time.now():unix())
      local timer = time.timer("1h")
      for i = 1, 20 do timer:reset("1ms") timer:response():receive() end
      same(timer:stop(), false) same(timer:reset("1h"), false) same(timer:stop(), true) same(timer:reset("1s"), false)
      assert(timer:channel() == timer:response() and timer:channel():receive():unix() == time.now():unix())
      local ticker = time.ticker("1s")
      for i = 1, 3 do ticker:response():receive() end
      same(ticker:reset("2s"), true)
      start = time.now() ticker:response():receive() same((time.now() - start):seconds(), 2.0)
      same(ticker:stop(), true) same(ticker:stop(), false)
      for _, f in ipairs{time.sleep, time.after, time.timer, time.ticker} do same(kind(f("soon")), "INVALID") end
      same(kind(time.ticker(0)), "INVALID") same(kind(timer:reset(0)), "INVALID") assert(not pcall(timer.reset, 5, 1))
      """#)
  }

  /// Ten thousand of each are no memory that stays.
  @Test func endedTimersAndTopicsLeaveNothing() throws {
    try checkLua(
      #"""
      local function used() collectgarbage() collectgarbage() return collectgarbage("count") end
      local function round()
        time.after("1ms"):receive()
        time.timer("1h"):stop()
        local timer = time.timer("1ms") timer:response():receive() timer:reset("1h") timer:stop()
        local topic = process.listen("topic") process.send(process.pid(), "topic", 1) process.unlisten(topic)
        time.sleep("1ms")
      end
      for i = 1, 50 do round() end
      local before = used()
      for i = 1, 1000 do round() end
      assert(used() < before + 20, used() - before)
      """#)
  }
}
