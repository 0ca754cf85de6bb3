import WippyCore

/// A supervisor before it runs.
package struct SupervisorSpecification: Sendable, Hashable {
  package var strategy: RestartStrategy
  /// The most restarts ...
  package var intensity: Int
  /// ... in so many nanoseconds; one more, and the supervisor gives up.
  package var period: UInt64
  /// In the order of their start. With `simple_one_for_one` the one template, which is not started.
  package var children: [ChildSpecification]

  /// Erlang's defaults: one restart in five seconds.
  package init(
    strategy: RestartStrategy = .oneForOne, intensity: Int = 1, period: UInt64 = 5_000_000_000,
    children: [ChildSpecification]
  ) {
    self.strategy = strategy
    self.intensity = intensity
    self.period = period
    self.children = children
  }

  /// What is wrong with it, in words; `nil` is nothing.
  package var problem: String? {
    if intensity < 0 { return "`intensity` is \(intensity); it cannot be negative" }
    if period == 0 { return "`period` is 0; give a time such as `5s`" }
    if strategy == .simpleOneForOne, children.count != 1 {
      return "`simple_one_for_one` has one child, the template of all; there are \(children.count)"
    }
    var ids: Set<String> = []
    for child in children where !ids.insert(child.id).inserted {
      return "two children have the id `\(child.id)`: give each its own"
    }
    return nil
  }
}

/// Which children are restarted with one that failed.
package enum RestartStrategy: String, Sendable, Hashable, CaseIterable {
  case oneForOne = "one_for_one"
  case oneForAll = "one_for_all"
  case restForOne = "rest_for_one"
  /// Any number of children of one template, started by request.
  case simpleOneForOne = "simple_one_for_one"
}
