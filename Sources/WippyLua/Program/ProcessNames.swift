#if canImport(Glibc)
  import Glibc
#endif
import WippyCore

/// The PIDs that a process has seen last, with their texts: most messages are between the same few.
struct ProcessNames {
  /// A PID and its text, without references: nothing is counted while it is looked at.
  private struct Known {
    static let capacity = 48

    let pid: ProcessID
    let count: Int
    private var bytes: InlineArray<48, UInt8>

    /// `nil` when the text is too long.
    init?(_ pid: ProcessID, _ text: String) {
      guard text.utf8.count <= Known.capacity else { return nil }
      self.pid = pid
      count = text.utf8.count
      bytes = InlineArray(repeating: 0)
      for (index, byte) in text.utf8.enumerated() { bytes[index] = byte }
    }

    func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      bytes.span.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private static let capacity = 8

  private var known: ContiguousArray<Known> = []
  private var next = 0

  /// Pushes a PID's text.
  mutating func push(_ pid: ProcessID, to values: inout LuaOutput) {
    for index in known.indices where known[index].pid == pid {
      known[index].withText { values.push(bytes: $0) }
      return
    }
    let text = pid.description
    remember(pid, text)
    values.push(text)
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
    for index in known.indices where known[index].count == text.count {
      if known[index].withText({ memcmp(start, $0.baseAddress ?? start, $0.count) }) == 0 { return known[index].pid }
    }
    return nil
  }

  private mutating func remember(_ pid: ProcessID, _ text: String) {
    guard let new = Known(pid, text) else { return }
    if known.count < ProcessNames.capacity {
      known.append(new)
    } else {
      known[next] = new
      next = (next + 1) % ProcessNames.capacity
    }
  }
}
