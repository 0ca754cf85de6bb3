import WippyCore

/// What a supervisor knows of a child before it runs.
package struct ChildSpecification: Sendable, Hashable {
  /// Unique within the supervisor.
  package var id: String
  /// The process entry, or the supervisor entry, to start.
  package var entry: EntryID
  /// `nil` is the supervisor's own host.
  package var host: EntryID?
  package var arguments: [Value]
  package var restart: RestartType
  package var shutdown: ChildShutdown
  package var type: ChildType

  package init(
    id: String, entry: EntryID, host: EntryID? = nil, arguments: [Value] = [],
    restart: RestartType = .permanent, shutdown: ChildShutdown? = nil, type: ChildType = .worker
  ) {
    self.id = id
    self.entry = entry
    self.host = host
    self.arguments = arguments
    self.restart = restart
    self.shutdown = shutdown ?? .default(for: type)
    self.type = type
  }
}

/// When a child is started again after its end.
package enum RestartType: String, Sendable, Hashable, CaseIterable {
  /// Always.
  case permanent
  /// After an abnormal end.
  case transient
  /// Never; its specification goes with it.
  case temporary

  /// Whether a child that ended with `reason` is started again.
  package func restarts(after reason: ExitReason) -> Bool {
    switch self {
    case .permanent: true
    case .transient: reason.isAbnormal
    case .temporary: false
    }
  }
}

/// How a child is stopped.
package enum ChildShutdown: Sendable, Hashable {
  /// Terminated without being asked.
  case brutalKill
  /// Cancelled, and killed when it has not ended after so many milliseconds.
  case milliseconds(UInt64)
  /// Cancelled, and waited for.
  case infinity

  /// Erlang's defaults: a supervisor needs time for a tree that nobody knows here.
  package static func `default`(for type: ChildType) -> ChildShutdown {
    switch type {
    case .worker: .milliseconds(5000)
    case .supervisor: .infinity
    }
  }
}

package enum ChildType: String, Sendable, Hashable, CaseIterable {
  case worker, supervisor
}
