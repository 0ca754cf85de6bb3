import WippyCore

/// The PIDs that a process has seen last, with their texts: most messages are between the same few.
struct ProcessNames {
  private static let capacity = 8

  private var known: [(pid: ProcessID, text: String)] = []
  private var next = 0

  mutating func text(of pid: ProcessID) -> String {
    for entry in known where entry.pid == pid { return entry.text }
    let text = pid.description
    remember(pid, text)
    return text
  }

  /// `nil` when it is no PID's text.
  mutating func pid(of text: String) -> ProcessID? {
    for entry in known where entry.text == text { return entry.pid }
    guard let pid = ProcessID(text) else { return nil }
    remember(pid, text)
    return pid
  }

  private mutating func remember(_ pid: ProcessID, _ text: String) {
    if known.count < ProcessNames.capacity {
      known.append((pid, text))
    } else {
      known[next] = (pid, text)
      next = (next + 1) % ProcessNames.capacity
    }
  }
}
