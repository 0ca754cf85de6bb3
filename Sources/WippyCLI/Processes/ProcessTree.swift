import WippyCore

/// The processes of a reply as rows of a tree: who was started by whom.
struct ProcessTree {
  private let processes: [Value]

  /// - Parameter reply: What the control socket says to `processes`.
  init(_ reply: Value) {
    if case .array(let processes)? = reply["processes"] { self.processes = processes } else { processes = [] }
  }

  var count: Int { processes.count }
  var json: Value { .array(processes) }

  /// A table with a head; `sorted` puts those that computed most first, and draws no tree.
  func text(sortedByCPU sorted: Bool = false, limit: Int? = nil) -> String {
    var columns = Columns()
    columns.indent = ""
    columns.gap = "  "
    columns.add("PID", "ENTRY", "STATE", "MAILBOX", "MEMORY", "CPU", "RESTARTS", "AGE", "NAME")
    let rows =
      sorted
      ? processes.sorted { number($0, "cpu_ns") > number($1, "cpu_ns") }.map { (depth: 0, process: $0) }
      : tree()
    for (depth, process) in rows.prefix(limit ?? rows.count) {
      columns.add(
        String(repeating: "  ", count: depth) + text(process, "pid"), text(process, "entry"), state(process),
        process["mailbox"] == .null ? "-" : "\(number(process, "mailbox"))",
        Self.size(number(process, "memory")), Self.time(number(process, "cpu_ns")), "\(number(process, "restarts"))",
        Self.time(number(process, "age_ns")), names(process))
    }
    return columns.text
  }

  private func tree() -> [(depth: Int, process: Value)] {
    var children: [String: [Value]] = [:]
    let known = Set(processes.map { text($0, "pid") })
    var roots: [Value] = []
    for process in processes {
      let parent = text(process, "parent")
      if known.contains(parent) { children[parent, default: []].append(process) } else { roots.append(process) }
    }
    var rows: [(depth: Int, process: Value)] = []
    var stack = roots.reversed().map { (depth: 0, process: $0) }
    while let row = stack.popLast() {
      rows.append(row)
      for child in (children[text(row.process, "pid")] ?? []).reversed() { stack.append((row.depth + 1, child)) }
    }
    return rows
  }

  private func state(_ process: Value) -> String {
    let state = text(process, "state")
    let reason = text(process, "waits_for")
    return reason.isEmpty ? state : "\(state): \(reason)"
  }

  private func names(_ process: Value) -> String {
    guard case .array(let names)? = process["names"] else { return "" }
    return names.map { if case .string(let name) = $0 { name } else { "" } }.joined(separator: ", ")
  }

  private func text(_ process: Value, _ key: String) -> String {
    if case .string(let text)? = process[key] { text } else { "" }
  }

  private func number(_ process: Value, _ key: String) -> Int64 {
    if case .integer(let number)? = process[key] { number } else { 0 }
  }

  static func size(_ bytes: Int64) -> String {
    switch bytes {
    case ..<1024: "\(bytes) B"
    case ..<(1 << 20): "\(bytes >> 10) KiB"
    case ..<(1 << 30): "\(bytes >> 20) MiB"
    default: "\(bytes >> 30) GiB"
    }
  }

  static func time(_ nanoseconds: Int64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let seconds = milliseconds / 1000
    switch seconds {
    case 0: return "\(milliseconds) ms"
    case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
    case ..<3600: return "\(seconds / 60)m\(seconds % 60)s"
    case ..<86400: return "\(seconds / 3600)h\(seconds % 3600 / 60)m"
    default: return "\(seconds / 86400)d\(seconds % 86400 / 3600)h"
    }
  }
}
