/// A request that a server has received, and the place for its response.
package protocol HTTPExchange: AnyObject, Sendable {
  var head: HTTPRequestHead { get }
  var body: HTTPBody { get }

  /// Answers; only the first answer counts. `false` when the client has gone, or was answered.
  @discardableResult
  func respond(_ head: HTTPResponseHead, body: HTTPBody?) -> Bool

  /// Called when the client has gone before its answer was complete; at once when it has.
  func onAbandoned(_ action: @escaping @Sendable () -> Void)
}
