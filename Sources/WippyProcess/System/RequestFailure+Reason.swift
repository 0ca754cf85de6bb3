import WippyCore

extension RequestFailure {
  /// Of a process that ended in its Init.
  init(start reason: ExitReason) {
    let (kind, retryable): (ErrorKind, Bool) =
      switch reason {
      case .start: (.invalid, false)
      case .capability: (.permissionDenied, false)
      case .deadline, .cpu: (.timeout, true)
      case .cancelled, .killed, .linked: (.canceled, true)
      case .memory, .resource: (.unavailable, true)
      case .normal, .error, .exitCode, .trap, .noproc, .noconnection: (.internal, true)
      }
    self.init("the process did not start: \(reason)", kind: kind, retryable: retryable, reason: reason)
  }

  init(_ error: ProcessError) {
    let retryable =
      switch error {
      case .hostFull, .hostQueueFull: true
      default: false
      }
    self.init("\(error)", kind: .unavailable, retryable: retryable)
  }
}
