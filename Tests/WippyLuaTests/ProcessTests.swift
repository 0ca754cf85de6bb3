import Testing
import WippyCore

@testable import WippyLua

@Suite struct ProcessTests {
  /// Runs `main` beside the entries `worker` (multiplies), `echo`, `failing` and `sleeper`.
  private func run(_ body: String, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let laboratory = try LuaLaboratory()
    try laboratory.add("worker", "return {main = function(a, b) return a * b end}")
    try laboratory.add(
      "echo",
      """
      return {main = function()
        local inbox = process.inbox()
        while true do
          local m = inbox:receive()
          if m:topic() == 'stop' then return 'stopped' end
          process.send(m:from(), 'reply', m:payload():data())
        end
      end}
      """)
    try laboratory.add(
      "failing",
      "return {main = function() return nil, errors.new{kind = errors.NOT_FOUND, message = 'gone', details = {id = 7}} end}"
    )
    try laboratory.add("sleeper", "return {main = function() require('time').sleep('1h') end}")
    try laboratory.add("context", "return {main = function() return require('ctx').all() end}")
    let header = "local time, funcs, ctx = require('time'), require('funcs'), require('ctx') local host = 'test:host'\n"
    let reason = try laboratory.run("\(header)return {main = function(...) \(body)\nend}")
    #expect(reason == .normal(expected), "\(String(describing: reason?.details))", sourceLocation: sourceLocation)
  }

  @Test func theSeedsSnippets() throws {
    try run(
      """
      local pid, err = process.spawn_monitored("test:worker", "test:host", 6, 7)
      if err then error("spawn failed: " .. tostring(err)) end
      local event = process.receive(time.seconds and time.seconds(10) or '10s')
      if event and event.type == "EXIT" then return {event.value, event.from == pid, event.reason, event.kind == process.event.EXIT} end
      """, .array([.integer(42), .bool(true), .string("normal"), .bool(true)]))
    try run(
      """
      process.spawn_monitored("test:worker", host, 6, 7)
      local event = process.events():receive()
      if event.kind == process.event.EXIT then return {event.result.value, event.at:unix() >= 0, event.error == nil} end
      """, .array([.integer(42), .bool(true), .bool(true)]))
  }

  @Test func messages() throws {
    try run(
      """
      local pid = process.spawn('test:echo', host)
      local out = {process.send(pid, 'hello', 'a', {b = 1})}
      local event = process.receive()
      out[2] = event.type == 'MESSAGE' and event.topic == 'reply' and event.from == pid
      local a, b = event:data()
      out[3], out[4] = a, b.b
      a, b = event.payload:data()
      out[5] = a
      out[6] = process.receive('10ms') == nil
      process.monitor(pid)
      process.send(pid, 'stop')
      out[7] = process.receive().value
      return out
      """,
      .array([.bool(true), .bool(true), .string("a"), .integer(1), .string("a"), .bool(true), .string("stopped")]))
  }

  /// `kind` and `at` are made when somebody asks for them.
  @Test func fieldsOfAMessagesEvent() throws {
    try run(
      """
      process.send(process.pid(), 'topic', 1)
      local event = process.receive()
      local out = {event.kind == process.event.MESSAGE, event.at:unix() >= 0, event.nothing == nil}
      out[4], out[5] = event.at == event.at, event:data()
      local names = {}
      for name in pairs(event) do names[#names + 1] = name end
      table.sort(names)
      out[6] = table.concat(names, ' ')
      event.payload = 5
      out[7] = event:data() == nil
      process.send(process.pid(), 'again', event.type)
      local again = process.receive()
      again.payload = nil
      out[8] = again.at == nil
      return out
      """,
      .array([
        .bool(true), .bool(true), .bool(true), .bool(true), .integer(1), .string("at from kind payload topic type"),
        .bool(true), .bool(true),
      ]))
  }

  @Test func inboxEventsAndTopics() throws {
    try run(
      """
      local me = process.pid()
      process.send(me, 'x', 1) process.send(me, 'y', 2) process.send(me, 'x', 3)
      local x = process.listen('x')
      local y = process.listen('y', {message = true})
      assert(x == process.listen('x') and process.inbox() == process.inbox() and process.events() == process.events())
      process.send(me, 'other', 4)
      local out = {x:receive(), y:receive():payload():data(), x:receive(), process.inbox():receive():topic()}
      out[5] = process.unlisten(x)
      out[6] = select(2, process.unlisten(x)):kind()
      out[7] = select(2, x:receive())
      process.send(me, 'x', 5)
      out[8] = process.inbox():receive():payload():data()
      process.spawn_monitored('test:worker', host, 2, 2)
      out[9] = process.events():receive().value
      out[10] = process.receive('1ms') == nil
      return out
      """,
      .array([
        .integer(1), .integer(2), .integer(3), .string("other"), .bool(true), .string("NOT_FOUND"), .bool(false),
        .integer(5), .integer(4), .bool(true),
      ]))
  }

  @Test func receivedInOrderOfArrivalUntilClaimed() throws {
    try run(
      """
      local me = process.pid()
      process.send(me, 'a', 1)
      process.send(me, 'b', 2)
      local first = process.receive():data()
      local listened = process.listen('c')
      process.send(me, 'c', 3)
      local c = listened:receive()
      local inbox = process.inbox()
      return {first, c, inbox:receive():payload():data()}
      """, .array([.integer(1), .integer(3), .integer(2)]))
  }

  @Test func destinationsAndTopics() throws {
    try run(
      """
      local function kind(...) local v, e = ... assert(v == nil) return e:kind() end
      return {
        kind(process.send('nobody', 't')), kind(process.send('{test:host|0xfff}', 't')), kind(process.send('{x', 't')),
        kind(process.send(process.pid(), '@t')), kind(process.send(process.pid(), 't', print)),
        kind(process.spawn('nothing', host)), kind(process.spawn('test:nothing', host)),
        kind(process.spawn('test:worker', 'test:elsewhere')), kind(process.listen('@x')),
        kind(process.terminate('{test:host|0xfff}')), kind(process.info('{test:host|0xfff}')),
        (pcall(process.send)), (pcall(process.send, 5, 't')), kind(process.receive('soon')),
      }
      """,
      .array(
        [
          "NOT_FOUND", "NOT_FOUND", "INVALID", "INVALID", "INVALID", "INVALID", "NOT_FOUND", "NOT_FOUND", "INVALID",
          "NOT_FOUND", "NOT_FOUND",
        ].map { .string($0) } + [.bool(false), .bool(false), .string("INVALID")]))
  }

  @Test func aFullMailboxIsAnError() throws {
    try run(
      """
      local pid = process.spawn('test:sleeper', host)
      for i = 1, 2000 do
        local ok, err = process.send(pid, 't', i)
        if err then return {i, err:kind(), err:retryable()} end
      end
      """, .array([.integer(1025), .string("RATE_LIMITED"), .bool(true)]))
  }

  @Test func exec() throws {
    try run(
      """
      local v, e = process.exec('test:worker', host, 3, 4)
      local w, f = process.exec('test:failing', host)
      local _, g = process.exec('test:missing', host)
      return {v, e == nil, f:kind(), f:message(), f:details().id, g:kind()}
      """,
      .array([.integer(12), .bool(true), .string("NOT_FOUND"), .string("gone"), .integer(7), .string("NOT_FOUND")]))
  }

  @Test func errorsOfOthers() throws {
    try run(
      """
      process.spawn_monitored('test:failing', host)
      local e = process.receive()
      local d = e.error:details()
      local out = {e.reason, e.value == nil, e.error:kind(), d.kind, d.value.message, e.result.error == nil}
      process.monitor('{test:host|0xfff}')
      e = process.receive()
      out[7] = e.reason
      return out
      """,
      .array([
        .string("error"), .bool(true), .string("NOT_FOUND"), .string("error"), .string("gone"), .bool(false),
        .string("noproc"),
      ]))
  }

  @Test func linksNamesAndOptions() throws {
    try run(
      """
      assert(process.set_options{trap_links = true})
      local out = {process.get_options().trap_links, (process.set_options{nonsense = true}) == nil}
      local pid = process.spawn_linked('test:sleeper', host)
      assert(process.registry.register('sleepy', pid))
      out[3] = process.registry.lookup('sleepy') == pid
      out[4] = select(2, process.registry.register('sleepy')):kind()
      out[5] = process.terminate('sleepy')
      local e = process.receive()
      out[6], out[7] = e.type, e.reason
      out[8] = select(2, process.registry.lookup('sleepy')):kind()
      assert(process.registry.register('me'))
      out[9] = process.registry.unregister('me') and not process.registry.unregister('me')
      return out
      """,
      .array([
        .bool(true), .bool(true), .bool(true), .string("ALREADY_EXISTS"), .bool(true), .string("LINK_DOWN"),
        .string("killed"), .string("NOT_FOUND"), .bool(true),
      ]))
  }

  @Test func cancelArrives() throws {
    try run(
      """
      coroutine.spawn(function() process.cancel(process.pid(), 'enough') end)
      local e = process.receive()
      return {e.type, e.kind == process.event.CANCEL, e.reason}
      """, .array([.string("CANCEL"), .bool(true), .string("enough")]))
  }

  @Test func spawners() throws {
    try run(
      """
      local s = process.with_context{user = 'ann', n = 1}:with_context{n = 2}
      local named = s:with_name('first'):with_message('hello', 1):with_message('stop')
      local out = {s:exec('test:context', host)}
      local pid = named:spawn_monitored('test:echo', host)
      out[2] = s:with_name('named'):spawn('test:sleeper', host) == process.registry.lookup('named')
      out[3] = process.receive():data()
      out[4] = process.receive().value
      out[5] = select(2, process.with_options{nonsense = 1}):kind()
      out[6] = select(2, ctx.get('user')):kind()
      return out
      """,
      .array([
        .table([.init("n", .integer(2)), .init("user", .string("ann"))]), .bool(true), .integer(1), .string("stopped"),
        .string("INVALID"),
        .string("NOT_FOUND"),
      ]))
  }

  @Test func upgrade() throws {
    try run(
      """
      local step, pid = ...
      if not step then
        process.send(process.pid(), 'kept', 9)
        process.upgrade(nil, 'second', process.pid())
        error('not reached')
      end
      return {step, pid == process.pid(), process.receive():data()}
      """, .array([.string("second"), .bool(true), .integer(9)]))
    try run("process.upgrade('test:worker', 5, 6)", .integer(30))
    try run("return select(2, process.upgrade('test:missing')):kind()", .string("NOT_FOUND"))
  }

  @Test func listAndInfo() throws {
    try run(
      """
      local pid = process.spawn('test:sleeper', host)
      time.sleep(1)
      local info = process.info(pid)
      return {#process.list(), info.entry, info.state, info.waits_for, info.memory > 1000, process.info().pid == process.pid(),
        process.id() ~= ''}
      """,
      .array([
        .integer(2), .string("test:sleeper"), .string("waiting"), .string("time.sleep"), .bool(true), .bool(true),
        .bool(true),
      ]))
  }

  @Test func functions() throws {
    try run(
      """
      local out = {funcs.call('test:worker', 2, 3)}
      out[2] = select(2, funcs.call('test:failing')):kind()
      local f = funcs.async('test:worker', 4, 5)
      out[3] = f:response() == f:channel()
      local payload, ok = f:response():receive()
      out[4], out[5] = payload:data(), f:is_complete()
      out[6] = f:result():data()
      local slow = funcs.async('test:sleeper')
      out[7] = slow:is_complete()
      out[8] = slow:cancel() and slow:is_canceled() and select(2, slow:error())
      out[9] = select(2, slow:result()):kind()
      local _, e = funcs.new():with_timeout('1s'):call('test:sleeper')
      out[10] = e:kind()
      out[11] = funcs.new():with_context{a = 1}:with_options{timeout = 5000}:call('test:context').a
      local g = funcs.async('test:failing')
      out[12] = select(2, g:channel():receive())
      out[13] = g:error():message()
      return out
      """,
      .array([
        .integer(6), .string("NOT_FOUND"), .bool(true), .integer(20), .bool(true), .integer(20), .bool(false),
        .bool(true), .string("CANCELED"), .string("TIMEOUT"), .integer(1), .bool(false), .string("gone"),
      ]))
  }

  @Test func timers() throws {
    try run(
      """
      local start = time.now():unix()
      time.sleep('2s')
      local out = {time.now():unix() - start}
      local t = time.timer('5s')
      out[2] = t:reset('1s')
      t:response():receive()
      out[3] = t:stop()
      local ticker = time.ticker('100ms')
      for i = 1, 3 do ticker:channel():receive() end
      out[4] = ticker:stop()
      out[5] = select(2, time.timer(0)):kind()
      local stopped = time.timer('1s')
      out[6] = stopped:stop()
      out[7] = channel.select{stopped:response():case_receive(), time.after('3s'):case_receive()}.channel ~= stopped:response()
      return out
      """,
      .array([.integer(2), .bool(true), .bool(false), .bool(true), .string("INVALID"), .bool(true), .bool(true)]))
  }
}
