import NIOCore
import Synchronization
import WippyCore

/// One request of a server's, on its way between the event loop and whoever answers.
final class ServerExchange: HTTPExchange {
  private struct State: Sendable {
    var isAnswered = false
    /// The server has the answer.
    var isDelivered = false
    var isAbandoned = false
    var onAbandoned: (@Sendable () -> Void)?
  }

  let head: HTTPRequestHead
  let body: HTTPBody
  let client: String
  let started = NIODeadline.now()
  private let loop: any EventLoop
  private let handler: NIOLoopBound<ServerHandler>
  private let state = Mutex(State())

  init(
    _ head: HTTPRequestHead, body: HTTPBody, client: String, handler: NIOLoopBound<ServerHandler>, loop: any EventLoop
  ) {
    self.head = head
    self.body = body
    self.client = client
    self.handler = handler
    self.loop = loop
  }

  @discardableResult
  func respond(_ head: HTTPResponseHead, body: HTTPBody?) -> Bool {
    let isFirst = state.withLock { state in
      defer { state.isAnswered = true }
      return !state.isAnswered && !state.isAbandoned
    }
    guard isFirst else {
      body?.stopReading()
      return false
    }
    // Whoever answers may be stepped on the event loop: a complete response does not wait for the end of the step.
    if loop.inEventLoop, handler.value.round.addResponse() {
      guard let body, body.completeCount == nil else {
        deliver(head, body)
        return true
      }
      body.observeReading { [weak body] in
        guard self.loop.inEventLoop, body?.completeCount != nil else { return }
        self.deliver(head, body)
      }
    }
    loop.execute { self.deliver(head, body) }
    return true
  }

  /// On the event loop.
  private func deliver(_ head: HTTPResponseHead, _ body: HTTPBody?) {
    guard !state.withLock({ exchange(&$0.isDelivered, with: true) }) else { return }
    handler.value.respond(to: self, head, body)
  }

  func onAbandoned(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isAbandoned { state.onAbandoned = action }
      return state.isAbandoned
    }
    if isLate { action() }
  }

  /// The client has gone, or its time is over.
  func abandon() {
    let action = state.withLock { state in
      state.isAbandoned = true
      return state.onAbandoned.take()
    }
    action?()
  }

  /// The response is out.
  func finish() {
    state.withLock { $0.onAbandoned = nil }
  }
}
