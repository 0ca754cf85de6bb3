import WippyCore
import WippyRegistry

/// What programs are made from: an entry, loaded and checked.
package enum ProgramSource: Sendable {
  case wasm(LoadedEntry)
  case lua(LoadedLua)
  case supervisor(LoadedSupervisor)
  case http(LoadedHTTPService)

  package var id: EntryID {
    switch self {
    case .wasm(let loaded): loaded.entryID
    case .lua(let loaded): loaded.entry.id
    case .supervisor(let loaded): loaded.entry.id
    case .http(let loaded): loaded.entry.id
    }
  }

  var schedulerLimits: WippyCore.ProcessLimits {
    switch self {
    case .wasm(let loaded): WippyCore.ProcessLimits(loaded.limits)
    case .lua(let loaded): WippyCore.ProcessLimits(loaded.limits)
    case .supervisor, .http: .ofSupervision
    }
  }

  private var kind: String {
    switch self {
    case .wasm(let loaded): loaded.entry?.entry.kind ?? "process.wasm"
    case .lua(let loaded): loaded.entry.entry.kind
    case .supervisor: "process.supervisor"
    case .http: "http.service"
    }
  }

  /// Why the entry cannot be called, or spawned; `nil` when it can.
  func objection(isCall: Bool) -> String? {
    let isFunction = kind.hasPrefix("function.")
    guard isFunction != isCall else { return nil }
    return isCall
      ? "\(id) is a \(kind), and a function is called: start it with `process.spawn` or `process.exec`"
      : "\(id) is a \(kind): call it with `funcs.call`"
  }
}

extension WippyCore.ProcessLimits {
  /// The limits of an entry that the scheduler enforces.
  package init(_ limits: WippyRegistry.ProcessLimits) {
    self.init(
      maxExecutionMilliseconds: limits.maxExecutionMilliseconds ?? 0,
      maxCPUMilliseconds: limits.maxCPUMilliseconds ?? 0,
      cancelGraceMilliseconds: limits.cancelGraceMilliseconds ?? 5000,
      maxMailbox: UInt64(clamping: limits.maxMailbox ?? 1024), maxMailboxBytes: limits.maxMailboxBytes ?? 16 << 20)
  }
}
