import CLinux
import Glibc
import Synchronization
import WippyCore

/// The reactor on Linux: one thread in `epoll_wait`, a timer descriptor, and a pool for blocking work.
///
/// `timers` and `descriptors` are locks of their own. Their system calls (arming the timer descriptor, `epoll_ctl`) are
/// made while they are held: two threads that decide in one order must not tell the kernel in the other. Actions run,
/// and closures are freed, outside of them.
package final class EpollReactor: Reactor {
  private struct Timers {
    var queue = TimerQueue()
    /// When the timer descriptor fires; `never` when it is not set.
    var armed = MonotonicTime.never
  }

  private struct Descriptors {
    var table = DescriptorTable()
    /// Waiters whose descriptor the kernel does not watch: ready at once.
    var refused: [UInt64] = []
  }

  private let epoll: Int32
  private let timer: Int32
  private let event: Int32
  private let pool: BlockingPool
  private let ids = Atomic<UInt64>(0)
  private let timers = Mutex(Timers())
  private let descriptors = Mutex(Descriptors())
  private let isStopping = Atomic<Bool>(false)
  private let thread = Mutex<Thread?>(nil)

  private static let timerTag = UInt64.max
  private static let eventTag = UInt64.max - 1

  /// Opens the descriptors and starts the thread, which keeps the reactor alive until `stop`.
  package convenience init(configuration: ReactorConfiguration = .init()) throws(ProcessError) {
    try self.init(idle: configuration)
    try start()
  }

  /// Opens the descriptors. What is registered runs after `start`.
  package init(idle configuration: ReactorConfiguration) throws(ProcessError) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    let epollError = errno
    timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    let timerError = errno
    event = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    let eventError = errno
    pool = BlockingPool(
      maxThreads: max(1, configuration.blockingThreads), maxQueue: max(0, configuration.blockingQueue),
      idleMilliseconds: configuration.blockingIdleMilliseconds)
    // From here on `deinit` closes what is open.
    guard epoll >= 0 else { throw .reactorUnavailable(call: "epoll_create1", errno: epollError) }
    guard timer >= 0 else { throw .reactorUnavailable(call: "timerfd_create", errno: timerError) }
    guard event >= 0 else { throw .reactorUnavailable(call: "eventfd", errno: eventError) }
    for (descriptor, tag) in [(timer, EpollReactor.timerTag), (event, EpollReactor.eventTag)] {
      var description = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: tag))
      guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &description) == 0 else {
        throw .reactorUnavailable(call: "epoll_ctl", errno: errno)
      }
    }
  }

  /// Starts the thread. Once only.
  package func start() throws(ProcessError) {
    let loop = try Thread(name: "wippy-reactor") { self.run() }
    thread.withLock { $0 = loop }
  }

  deinit {
    for descriptor in [epoll, timer, event] where descriptor >= 0 { close(descriptor) }
  }

  /// Ends the thread and waits for it; what is still registered never runs. Not from an action.
  package func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    signalEvent()
    let loop = thread.withLock { $0.take() }
    loop?.join()
    pool.stop()
    // Their closures may hold the reactor.
    let left = timers.withLock { timers in
      defer { timers.queue = TimerQueue() }
      return timers.queue
    }
    let waiting = descriptors.withLock { descriptors in
      defer { descriptors = Descriptors() }
      return descriptors.table
    }
    withExtendedLifetime((left, waiting)) {}
  }

  /// Timers and descriptors that are waited for.
  package var pendingCount: Int {
    timers.withLock { $0.queue.count } + descriptors.withLock { $0.table.count }
  }

  // MARK: Reactor

  package func wallTime() -> WallTime { SystemClock.wallTime() }

  package func now() -> MonotonicTime { SystemClock.now() }

  package func schedule(at deadline: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ReactorToken {
    let token = makeToken(isTimer: true)
    timers.withLock { timers in
      timers.queue.insert(id: token.id, at: deadline, action)
      if deadline < timers.armed { arm(&timers, deadline) }
    }
    return token
  }

  package func whenReady(
    _ descriptor: Int32, for readiness: Readiness, _ action: @escaping @Sendable () -> Void
  ) -> ReactorToken {
    let token = makeToken(isTimer: false)
    let waiter = DescriptorTable.Waiter(descriptor: descriptor, readiness: readiness, action: action)
    let isRefused = descriptors.withLock { descriptors in
      apply(descriptors.table.add(id: token.id, waiter), &descriptors)
    }
    if isRefused { signalEvent() }
    return token
  }

  @discardableResult
  package func cancel(_ token: ReactorToken) -> Bool {
    if isTimer(token) {
      return timers.withLock { $0.queue.cancel(id: token.id) } != nil
    }
    let waiter = descriptors.withLock { descriptors -> DescriptorTable.Waiter? in
      guard let (waiter, change) = descriptors.table.remove(id: token.id) else { return nil }
      _ = apply(change, &descriptors)
      return waiter
    }
    return waiter != nil
  }

  package func runBlocking(_ work: @escaping @Sendable () -> Void) -> Bool {
    pool.submit(work)
  }

  // MARK: Tokens

  private func makeToken(isTimer: Bool) -> ReactorToken {
    ReactorToken(id: ids.wrappingAdd(2, ordering: .relaxed).newValue | (isTimer ? 1 : 0))
  }

  private func isTimer(_ token: ReactorToken) -> Bool { token.id & 1 == 1 }

  // MARK: The thread

  private func run() {
    let capacity = 256
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
    defer { events.deallocate() }
    while !isStopping.load(ordering: .acquiring) {
      let count = epoll_wait(epoll, events, Int32(capacity), -1)
      for index in 0..<Int(max(0, count)) {
        // The kernel's struct is packed: copy it before its fields are looked at.
        let reported = events[index]
        switch reported.data.u64 {
        case EpollReactor.timerTag: fireTimers()
        case EpollReactor.eventTag: runRefused()
        default: fireDescriptor(reported)
        }
      }
    }
  }

  private func fireTimers() {
    var expirations: UInt64 = 0
    _ = read(timer, &expirations, MemoryLayout<UInt64>.size)
    var due: [TimerQueue.Action] = []
    var isDone = false
    while !isDone, !isStopping.load(ordering: .relaxed) {
      let now = SystemClock.now()
      isDone = timers.withLock { timers in
        // In portions, because each may still be cancelled while another one runs.
        while due.count < 16, let (_, action) = timers.queue.popDue(at: now) { due.append(action) }
        guard due.count < 16 else { return false }
        timers.armed = .never
        if let next = timers.queue.nextDeadline() { arm(&timers, next) }
        return true
      }
      for action in due { action() }
      due.removeAll(keepingCapacity: true)
    }
  }

  private func arm(_ timers: inout Timers, _ deadline: MonotonicTime) {
    timers.armed = deadline
    guard deadline != .never else { return }
    // All zero would disarm it.
    let nanoseconds = max(1, deadline.nanoseconds)
    var setting = itimerspec()
    setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
    setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
    timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
  }

  private func fireDescriptor(_ reported: epoll_event) {
    let descriptor = Int32(truncatingIfNeeded: reported.data.u64)
    let generation = UInt32(truncatingIfNeeded: reported.data.u64 >> 32)
    let failed = EPOLLERR.rawValue | EPOLLHUP.rawValue
    var readiness: Set<Readiness> = []
    if reported.events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | failed) != 0 {
      readiness.insert(.readable)
    }
    if reported.events & (EPOLLOUT.rawValue | failed) != 0 { readiness.insert(.writable) }
    let (actions, isRefused) = descriptors.withLock { descriptors in
      let (actions, change) = descriptors.table.ready(descriptor, readiness, generation: generation)
      return (actions, apply(change, &descriptors))
    }
    for action in actions { action() }
    if isRefused { signalEvent() }
  }

  private func runRefused() {
    var counter: UInt64 = 0
    _ = read(event, &counter, MemoryLayout<UInt64>.size)
    // Those that these actions add have their turn after what the kernel reports meanwhile.
    let refused = descriptors.withLock { descriptors in
      defer { descriptors.refused = [] }
      return descriptors.refused
    }
    for id in refused {
      descriptors.withLock { $0.table.takeRefused(id) }?()
    }
  }

  private func signalEvent() {
    var one: UInt64 = 1
    _ = write(event, &one, MemoryLayout<UInt64>.size)
  }

  // MARK: The kernel's side of descriptors

  /// Tells the kernel; `true` when it refuses, and the waiters are to run at once.
  private func apply(_ change: DescriptorTable.Change, _ descriptors: inout Descriptors) -> Bool {
    switch change {
    case .none:
      return false
    case .forget(let descriptor):
      // The owner may have closed it: then the kernel has forgotten it too.
      epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
      return false
    case .watch(let descriptor, let readiness, let generation, let isKnown):
      if watch(descriptor, readiness, generation, isKnown) { return false }
      descriptors.refused += descriptors.table.refused(descriptor)
      return true
    }
  }

  private func watch(_ descriptor: Int32, _ readiness: Set<Readiness>, _ generation: UInt32, _ isKnown: Bool)
    -> Bool
  {
    var description = epoll_event()
    description.events = EPOLLONESHOT.rawValue
    if readiness.contains(.readable) { description.events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
    if readiness.contains(.writable) { description.events |= EPOLLOUT.rawValue }
    description.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    let first = isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
    if epoll_ctl(epoll, first, descriptor, &description) == 0 { return true }
    // The number names another file by now than the table remembers.
    guard errno == (isKnown ? ENOENT : EEXIST) else { return false }
    return epoll_ctl(epoll, isKnown ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &description) == 0
  }
}
