import WippyCore
import WippyRegistry

/// What programs are made from: an entry, loaded and checked.
package enum ProgramSource: Sendable {
  case wasm(LoadedEntry)

  package var id: EntryID {
    switch self {
    case .wasm(let loaded): loaded.entryID
    }
  }

  var schedulerLimits: WippyCore.ProcessLimits {
    switch self {
    case .wasm(let loaded): loaded.schedulerLimits
    }
  }

  private var kind: String {
    switch self {
    case .wasm(let loaded): loaded.entry?.entry.kind ?? "process.wasm"
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
