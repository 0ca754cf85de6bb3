import WippyCore

/// Why the scheduler could not do what was asked for.
package enum ProcessError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The host runs as many processes as it may.
  case hostFull(host: String, maxProcesses: Int)
  /// As many processes of the host as may wait for their first step are waiting.
  case hostQueueFull(host: String, queueSize: Int)
  /// The host is shutting down.
  case hostClosed(host: String)
  /// The scheduler has been stopped.
  case stopped
  /// The process ended, or was ended, before its Init was complete.
  case startFailed(ExitReason)
  case invalidConfiguration(String)
  /// The system gave no thread.
  case threadUnavailable(name: String, errno: Int32)
  /// A system call that the reactor needs failed.
  case reactorUnavailable(call: String, errno: Int32)

  package var description: String {
    switch self {
    case .hostFull(let host, let maxProcesses):
      "host \(host) is full: it runs \(maxProcesses) processes; raise its `max_processes` or end some"
    case .hostQueueFull(let host, let queueSize):
      "host \(host) has \(queueSize) processes waiting to start; raise its `queue_size` or spawn more slowly"
    case .hostClosed(let host):
      "host \(host) is shutting down and starts no processes"
    case .stopped:
      "the scheduler has been stopped"
    case .startFailed(let reason):
      "the process did not start: \(reason)"
    case .invalidConfiguration(let message):
      "scheduler configuration: \(message)"
    case .threadUnavailable(let name, let errno):
      "the system gave no thread for \(name): \(systemMessage(errno)); raise the limit of threads (ulimit -u)"
    case .reactorUnavailable(let call, let errno):
      "\(call) failed: \(systemMessage(errno)); raise the limit of open files (ulimit -n)"
    }
  }
}
