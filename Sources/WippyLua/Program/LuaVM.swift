import CLua
import WippyCore

/// One Lua state, and what Swift keeps for it. Belongs to the worker that holds the process.
final class LuaVM {
  let handle: OpaquePointer
  let output: UnsafeMutablePointer<clua_output>
  let services: LuaServices
  let completions: LuaCompletions
  let unit: LuaUnit
  unowned(unsafe) let context: any ProcessContext
  let system: any ProcessSystem
  // Not checked for overlapping accesses, which every message would pay for: neither is passed on by reference.
  @exclusivity(unchecked) var mailbox: LuaMailbox
  @exclusivity(unchecked) var names = ProcessNames()

  /// What suspended functions return, by ticket.
  private var outcomes: [UInt64: LuaCompletions.Outcome] = [:]
  private var abandonments: [UInt64: @Sendable () -> Void] = [:]
  private var timers: [UInt64: ReactorToken] = [:]
  /// The timers and tickers of the program, by their feeds.
  var runningTimers: [UInt64: LuaTimer] = [:]
  /// The calls of `funcs.async`, by their feeds.
  var runningCalls: [UInt64: LuaRunningCall] = [:]
  private var nextFeed: UInt64 = 0
  /// What this process has from its caller, and passes on.
  let inherited: ProcessInheritance
  /// The program that the process goes on as.
  private(set) var successor: (program: any ProcessProgram, entry: EntryID?)?
  /// Makes the same program with other arguments.
  var makeSuccessor: (([Value]) -> any ProcessProgram)?
  /// The method's.
  var arguments: [Value] = []
  /// A run's id: another one after an upgrade.
  let runID: UInt64
  var isUpgradable = false

  /// `nil` when there is no memory for it, or the limit is too small.
  init?(
    unit: LuaUnit, services: LuaServices, memoryLimit: Int, mailboxLimit: Int, context: any ProcessContext,
    completions: LuaCompletions, runID: UInt64
  ) {
    let globals = LuaSetup.shared.globals
    self.unit = unit
    self.services = services
    self.context = context
    system = context.system
    self.completions = completions
    self.inherited = context.inherited
    self.runID = runID
    mailbox = LuaMailbox(limit: mailboxLimit)
    // The owner is set when `self` is there.
    guard let handle = clua_create(nil, memoryLimit, globals) else { return nil }
    self.handle = handle
    output = clua_get_output(handle)
    clua_set_owner(handle, Unmanaged.passUnretained(self).toOpaque())
  }

  func close() {
    for (_, abandon) in abandonments { abandon() }
    abandonments = [:]
    for timer in runningTimers.values { timer.stop(context.reactor) }
    runningTimers = [:]
    for (_, token) in timers { context.reactor.cancel(token) }
    timers = [:]
    for call in runningCalls.values { call.abandon() }
    runningCalls = [:]
    outcomes = [:]
    clua_close(handle)
  }

  // MARK: Suspending

  func suspend(waitingFor reason: StaticString, onAbandon: (@Sendable () -> Void)?) -> LuaTicket {
    let id = clua_ticket(handle)
    clua_set_waits_for(handle, UnsafeRawPointer(reason.utf8Start).assumingMemoryBound(to: CChar.self))
    if let onAbandon { abandonments[id] = onAbandon }
    return LuaTicket(id: id, completions: completions)
  }

  func makeFeed() -> LuaFeed {
    nextFeed += 1
    return LuaFeed(id: nextFeed, completions: completions)
  }

  /// A timer that ends a receive.
  func makeReceiveTimer(nanoseconds: Int64) -> UInt64 {
    let id = clua_timer(handle)
    let deadline = context.reactor.now().advanced(byNanoseconds: UInt64(clamping: nanoseconds))
    timers[id] = context.reactor.schedule(at: deadline) { [completions] in completions.add(.timeout(id)) }
    return id
  }

  func cancelTimer(_ id: UInt64) {
    if let token = timers.removeValue(forKey: id) { context.reactor.cancel(token) }
  }

  /// Hands what other threads have completed to its coroutines; `false` when memory has run out.
  func takeCompletions() -> Bool {
    for completion in completions.take() {
      switch completion {
      case .ticket(let id, let outcome):
        abandonments[id] = nil
        // Kept only while somebody waits for it.
        if clua_wake(handle, id) { outcomes[id] = outcome }
      case .become(let program, let entry):
        // The first one counts.
        if successor == nil { successor = (program, entry) } else { program.close() }
      case .timeout(let id):
        timers[id] = nil
        clua_time_out(handle, id)
      case .feed(let id, let ending, let push):
        if ending != .more {
          runningTimers[id] = nil
          runningCalls[id] = nil
        }
        clua_reset_output(handle)
        var what: Int32 = 0
        if let push {
          var values = LuaOutput(output)
          push(&values)
          what |= Int32(CLUA_FEED_VALUE)
        }
        switch ending {
        case .more: break
        case .last: what |= Int32(CLUA_FEED_LAST)
        case .close: what |= Int32(CLUA_FEED_CLOSE)
        }
        if clua_feed(handle, id, what) != 0 { return false }
      }
    }
    return true
  }

  // MARK: What C asks

  func call(_ state: OpaquePointer, _ number: Int32, _ reply: UnsafeMutablePointer<clua_reply>) {
    var call = LuaCall(state: state, vm: self)
    do throws(LuaFailure) {
      switch try NativeFunctions.shared.call(number, &call) {
      case .values: reply.pointee.status = Int32(CLUA_DONE)
      case .suspended: reply.pointee.status = Int32(CLUA_SUSPEND)
      case .receive(let receive):
        reply.pointee.status = Int32(CLUA_RECEIVE)
        reply.pointee.route = receive.route
        reply.pointee.timer = receive.timer
      }
    } catch {
      fail(error, reply)
    }
  }

  func resume(_ ticket: UInt64, _ reply: UnsafeMutablePointer<clua_reply>) {
    var values = LuaOutput(output)
    if ticket == 0 {
      for argument in arguments { values.push(argument) }
      arguments = []
      return
    }
    switch outcomes.removeValue(forKey: ticket) {
    case .results(let push):
      push(&values)
      reply.pointee.status = Int32(CLUA_DONE)
    case .failure(let error):
      values.push(error)
      reply.pointee.status = Int32(CLUA_FAILED)
    case nil: reply.pointee.status = Int32(CLUA_DONE)
    }
  }

  private func fail(_ failure: LuaFailure, _ reply: UnsafeMutablePointer<clua_reply>) {
    clua_reset_output(handle)
    switch failure {
    case .error(let error):
      var values = LuaOutput(output)
      values.push(error)
      reply.pointee.status = Int32(CLUA_FAILED)
    case .raise(let message):
      reply.pointee.status = Int32(CLUA_RAISE)
      copy(message, to: &reply.pointee.message)
    case .argument(let position, let message):
      reply.pointee.status = Int32(CLUA_ARGUMENT)
      reply.pointee.argument = Int32(clamping: position)
      copy(message, to: &reply.pointee.message)
    }
  }

  func require(_ name: String, source: String, _ required: UnsafeMutablePointer<clua_required>) {
    let unit = unit.owner(ofSource: source) ?? unit
    if let library = unit.imports[name] {
      let chunk = library.chunk
      required.pointee.chunk = chunk.bytes
      required.pointee.chunk_length = chunk.count
      required.pointee.chunk_name = chunk.chunkName
      required.pointee.key = chunk.chunkName
      return
    }
    if let module = LuaStandardModules.always[name] {
      required.pointee.module = module
      return
    }
    let module = LuaStandardModules.optional[name] ?? services.modules[name]
    guard let module else {
      let message =
        "there is no module \"\(name)\": it is none of wippy's, and entry \(unit.entry) has no import of that name (`imports: {\(name): namespace:library}`)"
      copy(message, to: &required.pointee.message)
      return
    }
    guard unit.modules.contains(name) else {
      copy(
        "module \"\(name)\" is not listed: add `modules: [\(name)]` to entry \(unit.entry)",
        to: &required.pointee.message)
      return
    }
    required.pointee.module = UnsafePointer(module.handle)
  }

  /// Whether the reader of the terminal is far behind: the program goes on when it has caught up.
  private(set) var awaitsReader = false

  /// Ends the step at the next instruction that can be interrupted.
  func awaitReader() {
    awaitsReader = true
    clua_interrupt(clua_thread_id())
  }

  /// Whether the step has to be put off; then the process is woken when it need not be any more.
  func putsOff(_ context: any ProcessContext) -> Bool {
    guard awaitsReader else { return false }
    if let terminal = services.terminal, terminal.whenRoom({ context.wake() }) { return true }
    awaitsReader = false
    return false
  }

  func print(_ text: String) {
    if let terminal = services.terminal {
      if terminal.write(Array(text.utf8) + [UInt8(ascii: "\n")], toError: false) { awaitReader() }
    } else {
      services.log(LuaLogRecord(level: .info, message: text, pid: context.pid, entry: context.entry))
    }
  }

  private func copy<Buffer>(_ text: String, to buffer: inout Buffer) {
    withUnsafeMutableBytes(of: &buffer) { bytes in
      // Cut where a character begins.
      var end = text.utf8.startIndex
      var count = 0
      for scalar in text.unicodeScalars {
        let width = UTF8.width(scalar)
        guard count + width < bytes.count else { break }
        count += width
        end = text.utf8.index(end, offsetBy: width)
      }
      bytes.copyBytes(from: text.utf8[..<end])
      bytes[count] = 0
    }
  }
}
