#if canImport(Glibc)
  import Glibc
#endif
import WippyCore

/// The PIDs that a process has seen last, with their texts: most messages are between the same few.
struct ProcessNames {
  private static let capacity = 8

  private var known: [(pid: ProcessID, text: String)] = []
  private var next = 0

  mutating func text(of pid: ProcessID) -> String {
    for index in known.indices where known[index].pid == pid { return known[index].text }
    let text = pid.description
    remember(pid, text)
    return text
  }

  /// The PID of a text that `knownPID` does not know; `nil` when it is no PID's.
  mutating func pid(of text: String) -> ProcessID? {
    guard let pid = ProcessID(text) else { return nil }
    remember(pid, text)
    return pid
  }

  /// The PID of a text that was seen, without a string made of it.
  func knownPID(_ text: UnsafeRawBufferPointer) -> ProcessID? {
    guard let start = text.baseAddress else { return nil }
    for index in known.indices {
      let isSame = known[index].text.utf8.withContiguousStorageIfAvailable { bytes in
        guard bytes.count == text.count, let other = bytes.baseAddress else { return false }
        return memcmp(start, other, bytes.count) == 0
      }
      if isSame == true { return known[index].pid }
    }
    return nil
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
