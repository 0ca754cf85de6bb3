import WippyCore

extension ExitReason {
  /// The reason that travels along links: of a process that a link ended, it is the other's.
  package var signal: ExitReason {
    var reason = self
    while case .linked(_, let inner) = reason { reason = inner }
    return reason
  }

  /// Whether it is a failure, for `transient`: every end but `normal` and `cancelled` (Erlang's `shutdown`).
  package var isAbnormal: Bool {
    switch signal.kind {
    case .normal, .cancelled: false
    default: true
    }
  }
}
