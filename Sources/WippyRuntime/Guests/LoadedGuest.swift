import Synchronization
import WippyComponent
import WippyCore
import WippyEngine

/// A binary with the function to run in it, checked and planned: what an entry's processes share.
package final class LoadedGuest: Sendable {
  /// The program's name, which guests see as their first argument.
  package let name: String
  /// `nil` for a bare file.
  package let entry: EntryID?
  let file: GuestFile
  let plan: GuestPlan
  package let export: PlannedExport
  /// The type of the function; of a core function without `wit` its core types as signed numbers.
  package let type: FunctionType
  let size: GuestSize
  private let bound = Atomic<Bool>(false)
  private let codeAhead: Mutex<CodeAhead?>

  init(
    name: String, entry: EntryID?, file: GuestFile, plan: GuestPlan, export: PlannedExport, size: GuestSize,
    ahead: CodeAhead? = nil
  ) {
    codeAhead = Mutex(ahead)
    self.name = name
    self.entry = entry
    self.file = file
    self.plan = plan
    self.export = export
    self.size = size
    type = export.signature?.type ?? FunctionType(coreType: export.coreType)
  }

  /// Whether it calls nothing of the host's.
  var isAlone: Bool { plan.isAlone }

  /// Whether the function is a program's beginning, which runs once in an instance.
  var isCommand: Bool {
    export.interface == nil ? export.name == "_start" : export.interface?.hasPrefix("wasi:cli/run") == true
  }

  /// Whether its code has been in an engine, and so is compiled.
  var wasBound: Bool { bound.load(ordering: .relaxed) }

  /// What was begun to be loaded before the guest was planned; until the guest is bound.
  var ahead: CodeAhead? { codeAhead.withLock { $0 } }

  func markBound() {
    guard !wasBound else { return }
    bound.store(true, ordering: .relaxed)
    codeAhead.withLock { $0 = nil }
  }

  /// The function as messages and help show it.
  package var signatureText: String {
    let path = export.interface.map { "\($0)#\(export.name)" } ?? export.name
    return WITPrinter().signature(of: type, named: path)
  }
}

extension FunctionType {
  /// A core function's type in WIT words.
  init(coreType: CoreFunctionType) {
    func type(_ core: CoreValueType) -> ValueType {
      switch core {
      case .i64: .s64
      case .f32: .f32
      case .f64: .f64
      default: .s32
      }
    }
    self.init(
      parameters: coreType.parameters.enumerated().map { Parameter("p\($0)", type($1)) },
      result: coreType.results.first.map(type))
  }
}
