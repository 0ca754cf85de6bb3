import WippyComponent
import WippyCore

extension Preview1 {
  /// Subscriptions of one `poll_oneoff` at most.
  private static let largestPoll: UInt32 = 4096

  static let pollFunctions: [String: Function] = [
    "poll_oneoff": Function([.i32, .i32, .i32, .i32]) { scope in
      let clocks = Clocks(scope)
      return .resumable { call throws(HostFault) in try poll(scope, clocks, call) }
    }
  ]

  /// One subscription: what it waits for, or what is wrong with it.
  private struct Subscription {
    let userData: UInt64
    let kind: UInt8
    var condition = WaitCondition.ready
    var errno = Errno.success
    /// A file that is read: how much there is, is asked when it is ready.
    var file: (RegularFile, position: UInt64)?
  }

  private static func poll(
    _ scope: Scope, _ clocks: Clocks, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    let count = call.u32(2)
    guard count > 0, count <= largestPoll else { return .flat(UInt64(Errno.invalid.rawValue)) }
    let input = call.u32(0)
    let output = call.u32(1)
    let eventCount = call.u32(3)
    _ = try call.bytes(at: input, count: count * 48, alignment: 8)
    _ = try call.bytes(at: output, count: count * 32, alignment: 8)
    _ = try call.bytes(at: eventCount, count: 4, alignment: 4)
    let state = try call.state
    var subscriptions: [Subscription] = []
    for index in 0..<count {
      subscriptions.append(try subscription(at: input &+ index * 48, scope, clocks, state, call))
    }
    return try wait(for: subscriptions, state, output, eventCount, call)
  }

  private static func subscription(
    at address: UInt32, _ scope: Scope, _ clocks: Clocks, _ state: WASIState, _ call: borrowing HostCall
  ) throws(HostFault) -> Subscription {
    let kind = try call.load(address &+ 8, as: UInt8.self)
    var item = Subscription(userData: try call.load(address, as: UInt64.self), kind: kind)
    switch kind {
    case 0:
      let timeout = try call.load(address &+ 24, as: UInt64.self)
      let isAbsolute = try call.load(address &+ 40, as: UInt16.self) & 1 == 1
      let now = state.reactor.now()
      switch try clocks.clock(try call.load(address &+ 16, as: UInt32.self)) {
      case .monotonic?:
        item.condition = .time(isAbsolute ? MonotonicTime(nanoseconds: timeout) : now.advanced(byNanoseconds: timeout))
      case .wall?:
        let today = nanoseconds(state.environment.wallClock.now())
        let delay = isAbsolute ? (timeout > today ? timeout - today : 0) : timeout
        item.condition = .time(now.advanced(byNanoseconds: delay))
      case nil: item.errno = .invalid
      }
    case 1, 2:
      let number = try call.load(address &+ 16, as: UInt32.self)
      let table = scope.descriptors(state)
      do throws(Errno) {
        try describe(&item, try table.descriptor(number), isRead: kind == 1, scope, state)
      } catch {
        item.errno = error
      }
    default: item.errno = .invalid
    }
    return item
  }

  /// When a descriptor can be read or written.
  private static func describe(
    _ item: inout Subscription, _ descriptor: Preview1Descriptor, isRead: Bool, _ scope: Scope, _ state: WASIState
  ) throws(Errno) {
    if case .directory = descriptor.object { throw .badDescriptor }
    guard descriptor.rights.contains(.poll) || descriptor.rights.contains(isRead ? .read : .write) else {
      throw .notCapable
    }
    switch descriptor.object {
    case .directory: return
    // Files never wait long.
    case .file(let file): if isRead { item.file = (file, descriptor.position) }
    case .socket(let socket): item.condition = socket.condition(isRead ? .readable : .writable)
    case .standard(.input) where isRead: item.condition = inputStream(descriptor, scope, state).condition
    case .standard(.input): throw .badDescriptor
    case .standard where isRead: throw .badDescriptor
    case .standard(let standard): item.condition = outputStream(descriptor, standard, scope, state).condition
    }
  }

  private static func wait(
    for subscriptions: [Subscription], _ state: WASIState, _ output: UInt32, _ eventCount: UInt32,
    _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    var check = ReadinessCheck(state.reactor)
    var count: UInt32 = 0
    for item in subscriptions where item.errno != .success || check.isReady(item.condition) {
      let place = output &+ count * 32
      try call.bytes(at: place, count: 32).initializeMemory(as: UInt8.self, repeating: 0)
      try call.store(item.userData, at: place)
      try call.store(item.errno.rawValue, at: place &+ 8)
      try call.store(item.kind, at: place &+ 10)
      if item.errno == .success, item.kind != 0 { try call.store(available(item), at: place &+ 16) }
      count += 1
    }
    guard count == 0 else {
      try call.store(count, at: eventCount)
      return .flat(UInt64(Errno.success.rawValue))
    }
    return .wait(state.wait(for: subscriptions.map(\.condition))) { call throws(HostFault) in
      try wait(for: subscriptions, state, output, eventCount, call)
    }
  }

  /// Bytes that can be read or written; at least one where nobody knows how many.
  private static func available(_ item: Subscription) -> UInt64 {
    guard let (file, position) = item.file else { return 1 }
    do throws(FileError) {
      let size = try file.status(.cached).size
      return size > position ? size - position : 0
    } catch {
      return 1
    }
  }
}
