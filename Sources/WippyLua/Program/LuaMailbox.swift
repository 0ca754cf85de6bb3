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

  private func route(of event: ProcessEvent) -> (route: Int32, asMessage: Bool)? {
    guard case .message(let topic, _) = event.kind else { return hasEvents ? (LuaMailbox.eventsRoute, false) : nil }
    if !topics.isEmpty, let listener = topics[topic] { return (listener.route, listener.asMessages) }
    return hasInbox ? (LuaMailbox.inboxRoute, true) : nil
  }

  /// The next event that somebody may have.
  ///
  /// - Parameters:
  ///   - forReceive: Somebody is in `process.receive`: what nobody claims is theirs.
  ///   - routed: Events in the channels. While there are too many, none is taken from the mailbox, so that senders
  ///     hear of it.
  mutating func next(
    forReceive: Bool, routed: Int64, from receive: () -> ProcessEvent?
  ) -> (event: ProcessEvent, route: Int32, asMessage: Bool)? {
    if !unclaimed.isEmpty, forReceive || isStale {
      for (index, event) in unclaimed.enumerated() {
        if let claim = route(of: event) {
          unclaimed.remove(at: index)
          return (event, claim.route, claim.asMessage)
        }
        if forReceive {
          unclaimed.remove(at: index)
          return (event, LuaMailbox.receiveRoute, false)
        }
      }
    }
    isStale = false
    while Int64(unclaimed.count) + routed < Int64(limit), let event = receive() {
      if let claim = route(of: event) { return (event, claim.route, claim.asMessage) }
      if forReceive { return (event, LuaMailbox.receiveRoute, false) }
      unclaimed.append(event)
    }
    return nil
  }
}
