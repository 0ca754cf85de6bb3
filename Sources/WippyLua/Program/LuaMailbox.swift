import CLua
import WippyCore

/// Which channel of a process gets which event.
struct LuaMailbox {
  static let receiveRoute: Int32 = 0
  static let inboxRoute: Int32 = 1
  static let eventsRoute: Int32 = 2

  struct Topic {
    var route: Int32
    var asMessages: Bool
  }

  /// Events that nobody has claimed: they wait for a receive.
  private var unclaimed: [ProcessEvent] = []
  private var topics: [String: Topic] = [:]
  private var nextRoute: Int32 = 3
  private var freeRoutes: [Int32] = []
  private var hasInbox = false
  private var hasEvents = false
  /// Somebody claims what was unclaimed before.
  private var isStale = false
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  mutating func openInbox() {
    isStale = isStale || !hasInbox
    hasInbox = true
  }

  mutating func openEvents() {
    isStale = isStale || !hasEvents
    hasEvents = true
  }

  /// The topic's channel, an existing one if there is.
  mutating func listen(_ topic: String, asMessages: Bool) -> Int32 {
    if let known = topics[topic] { return known.route }
    let route: Int32
    if let free = freeRoutes.popLast() {
      route = free
    } else {
      route = nextRoute
      nextRoute += 1
    }
    topics[topic] = Topic(route: route, asMessages: asMessages)
    isStale = true
    return route
  }

  /// `false` when it is no channel of a topic.
  mutating func unlisten(_ route: Int32) -> Bool {
    guard let topic = topics.first(where: { $0.value.route == route })?.key else { return false }
    topics[topic] = nil
    freeRoutes.append(route)
    return true
  }

  /// The channel that gets an event, and whether it gets a message's object or what it contains.
  struct Claim {
    var route = LuaMailbox.receiveRoute
    var asMessage = false
  }

  /// Whether so much is unread that nothing is taken from the process's mailbox.
  func isFull(routed: Int64) -> Bool { Int64(unclaimed.count) + routed >= Int64(limit) }

  private func claim(_ event: ProcessEvent) -> Claim? {
    guard case .message(let topic, _) = event.kind else {
      return hasEvents ? Claim(route: LuaMailbox.eventsRoute) : nil
    }
    if !topics.isEmpty, let listener = topics[topic] {
      return Claim(route: listener.route, asMessage: listener.asMessages)
    }
    return hasInbox ? Claim(route: LuaMailbox.inboxRoute, asMessage: true) : nil
  }

  /// The next event that somebody may have.
  ///
  /// - Parameters:
  ///   - forReceive: Somebody is in `process.receive`: what nobody claims is theirs.
  ///   - routed: Events in the channels. While there are too many, none is taken from the mailbox, so that senders
  ///     hear of it.
  ///   - claim: Set for what is returned.
  mutating func next(
    forReceive: Bool, routed: Int64, _ claim: inout Claim, from receive: () -> ProcessEvent?
  ) -> ProcessEvent? {
    if !unclaimed.isEmpty, forReceive || isStale {
      for (index, event) in unclaimed.enumerated() {
        guard let its = self.claim(event) ?? (forReceive ? Claim() : nil) else { continue }
        claim = its
        return unclaimed.remove(at: index)
      }
    }
    isStale = false
    while !isFull(routed: routed), let event = receive() {
      if let its = self.claim(event) ?? (forReceive ? Claim() : nil) {
        claim = its
        return event
      }
      unclaimed.append(event)
    }
    return nil
  }
}
