import WippyEngine

/// A call from one component to another: a function that was lifted by one and lowered by the other.
struct PlannedCall: Sendable {
  /// The options of a lift or a lower.
  struct Side: Sendable {
    var instance: Int
    var memory: CoreItem?
    var realloc: CoreItem?
    var encoding: StringEncoding
  }

  var signature: Signature
  var caller: Side
  var callee: Side
  var function: CoreItem
  var postReturn: CoreItem?
  /// The component instances that the call enters.
  var entered: [Int]
  /// The two memories, by number, between which strings are transcoded.
  var parameterMemories: Int?
  var resultMemories: Int?
}

/// Two memories between which the host copies strings.
struct MemoryPair: Hashable, Sendable {
  var source: CoreItem
  var target: CoreItem
}
