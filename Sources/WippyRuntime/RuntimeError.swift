import WippyCore

/// Why the runtime could not do what was asked for. Every text says what, where and what to do.
public enum RuntimeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The project's files have problems; each as `file:line:column: entry: what is wrong, and what to write instead`.
  case project(problems: [String])
  /// Services did not start; each as `file:line:column: entry: why`.
  case services(problems: [String])
  /// An entry, or what it refers to, cannot be used.
  case entry(String)
  /// The arguments do not fit the function.
  case arguments(String)
  /// The process ended before it had started.
  case start(ExitReason)
  /// The host takes no process now, or the machine holds no more.
  case refused(String)
  /// The runtime cannot work with this configuration, or on this machine.
  case configuration(String)

  public var description: String {
    switch self {
    case .project(let problems), .services(let problems): problems.joined(separator: "\n")
    case .entry(let text), .arguments(let text), .refused(let text), .configuration(let text): text
    case .start(let reason): "the process did not start: \(reason)"
    }
  }
}
