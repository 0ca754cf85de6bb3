import WippyCore

/// One process's way to call functions of its project.
package struct FunctionAccess: Sendable {
  package typealias Completion = @Sendable (Result<Value?, RequestFailure>) -> Void

  /// Begins a call of an entry, `namespace:name`. The completion is called once, on any thread.
  package let call: @Sendable (_ target: String, _ argument: Value, _ completion: @escaping Completion) -> CallToken?
  package let cancel: @Sendable (CallToken) -> Void

  package init(
    call: @escaping @Sendable (String, Value, @escaping Completion) -> CallToken?,
    cancel: @escaping @Sendable (CallToken) -> Void
  ) {
    self.call = call
    self.cancel = cancel
  }
}
