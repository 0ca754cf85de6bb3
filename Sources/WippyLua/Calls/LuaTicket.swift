import WippyCore

/// A suspended Swift function, which goes on when somebody completes this, once, from any thread.
package struct LuaTicket: Sendable {
  let id: UInt64
  let completions: LuaCompletions

  /// The function returns what `push` pushes.
  package func complete(_ push: @escaping @Sendable (inout LuaOutput) -> Void) {
    completions.add(.ticket(id, .results(push)))
  }

  /// The function returns `value`.
  package func succeed(_ value: Value) {
    completions.add(.ticket(id, .results { $0.push(value) }))
  }

  /// The function returns `nil, err`.
  package func fail(_ error: LuaErrorValue) {
    completions.add(.ticket(id, .failure(error)))
  }
}

/// A channel that Swift sends into, from any thread.
package struct LuaFeed: Sendable {
  let id: UInt64
  let completions: LuaCompletions

  /// Sends the one value that `push` pushes. When the channel is full, the value is dropped.
  ///
  /// - Parameter isLast: The feed ends: the channel stays open, but nothing more comes.
  package func send(isLast: Bool = false, _ push: @escaping @Sendable (inout LuaOutput) -> Void) {
    completions.add(.feed(id, isLast ? .last : .more, push))
  }

  /// Closes the channel, after a last value if there is one.
  package func close(_ push: (@Sendable (inout LuaOutput) -> Void)? = nil) {
    completions.add(.feed(id, .close, push))
  }

  /// Ends the feed without a value and without closing the channel.
  package func end() {
    completions.add(.feed(id, .last, nil))
  }
}
