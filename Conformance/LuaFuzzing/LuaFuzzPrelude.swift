/// What every generated program begins with: all functions in `F`, values that it has met in `V`.
enum LuaFuzzPrelude {
  static func text(seed: UInt64) -> String {
    """
    local modules = {"process", "channel", "errors", "coroutine", "string", "table", "math", "utf8", "os"}
    local listed = {
      "time", "funcs", "supervisor", "ctx", "json", "yaml", "base64", "hash", "crypto", "uuid", "env", "logger", "registry", "system", "io"}
    local pcall, tostring, type, select, rawlen = pcall, tostring, type, channel.select, rawlen
    local sort, concat, unpack, table_move, pack_values = table.sort, table.concat, table.unpack, table.move, table.pack
    local find, match, gsub, gmatch, rep, format = string.find, string.match, string.gsub, string.gmatch, string.rep, string.format
    local pack, unpack_text = string.pack, string.unpack
    local create, resume, wrap, yield, close, spawn =
      coroutine.create, coroutine.resume, coroutine.wrap, coroutine.yield, coroutine.close, coroutine.spawn
    local error, setmetatable, ipairs, pairs, load, print = error, setmetatable, ipairs, pairs, load, print
    local all, F, seen = {}, {}, {}
    local function collect(t)
      if seen[t] then return end
      seen[t] = true
      local keys = {}
      for k in pairs(t) do if type(k) == "string" then keys[#keys + 1] = k end end
      sort(keys)
      for _, k in ipairs(keys) do
        local value = t[k]
        if type(value) == "function" then F[#F + 1] = value elseif type(value) == "table" then collect(value) end
      end
    end
    for _, name in ipairs(modules) do all[name] = require(name) collect(all[name]) end
    for _, name in ipairs(listed) do all[name] = require(name) collect(all[name]) end
    collect(_G)
    local time, funcs, json, uuid, hash, logger = all.time, all.funcs, all.json, all.uuid, all.hash, all.logger
    local decode, yaml_decode = json.decode, all.yaml.decode
    local process, channel, errors = process, channel, errors
    local self = process.pid()
    local cyclic = {} cyclic.me = cyclic
    local deep = {} for _ = 1, 150 do deep = {deep} end
    local shared = {1} for _ = 1, 15 do shared = {shared, shared} end
    local V = {1, "x", {}, print, self, channel.new(1), errors.new("e"), 0 / 0, cyclic}
    local turn = \(seed % 1000)
    local function keep(...)
      local values = pack_values(...)
      for i = 1, values.n < 4 and values.n or 4 do
        if #V < 40 then V[#V + 1] = values[i] else turn = turn + 1 V[turn % 40 + 1] = values[i] end
      end
      return ...
    end
    local function v(i) return V[i % 40 + 1] end
    local function try(f, ...)
      local results = pack_values(pcall(f, ...))
      for i = 2, results.n < 5 and results.n or 5 do keep(results[i]) end
      return results[2]
    end
    local function call(i, ...) return try(F[i % #F + 1], ...) end
    local names = {
      "send", "receive", "close", "case_send", "case_receive", "kind", "message", "retryable", "details", "stack", "data", "topic", "from",
      "payload", "response", "channel", "result", "error", "is_complete", "is_canceled", "cancel", "call", "async", "with_context",
      "with_options", "with_timeout", "with_name", "with_message", "spawn", "spawn_monitored", "spawn_linked", "exec", "stop", "reset",
      "seconds", "milliseconds", "minutes", "hours", "nanoseconds", "microseconds", "sub", "add", "add_date", "format", "unix", "unix_nano",
      "year", "month", "day", "hour", "minute", "second", "weekday", "yearday", "before", "after", "equal", "utc", "in_location", "round",
      "truncate", "date", "clock", "is_zero", "debug", "info", "warn", "with", "named", "value", "location", "format_rfc3339"}
    local function method(i, j, ...)
      local object = v(j)
      local ok, found = pcall(function() return object[names[i % #names + 1]] end)
      if ok and found then return try(found, object, ...) end
    end
    local events = {
      "__index", "__newindex", "__call", "__tostring", "__len", "__eq", "__lt", "__concat", "__add", "__close", "__pairs", "__unm", "__name"}
    local depth = 0
    local reactions = {
      function() error("no") end, function(a) return a end, function() return v(turn) end, function() yield() return 1 end,
      function(a) error(a) end, function() return 1 << 62 end, function() while true do end end,
      function(a) return tostring(a) end, function() return "x" end, function() error() end, function(a, b) return a[b] end,
      function(...) return call(turn, ...) end}
    local function meta(i, j)
      depth = depth + 1
      local event, reaction = events[i % #events + 1], reactions[j % #reactions + 1]
      return setmetatable({}, {[event] = reaction, __len = depth % 3 == 0 and reaction or nil})
    end

    """
  }
}
