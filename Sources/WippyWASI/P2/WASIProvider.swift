import WippyComponent
import WippyCore
import WippyEngine

/// Gives the guests of one entry the WASI functions that the entry grants, and for everything else a function that
/// answers that there is nothing, or ends the process.
package struct WASIProvider: HostProvider, Sendable {
  let grants: CapabilityGrants
  let denial: Denial

  /// - Parameter entry: For messages; `nil` for a bare file.
  package init(grants: CapabilityGrants, entry: EntryID?) {
    self.grants = grants
    denial = Denial(entry: entry, grants: grants)
  }

  /// The interfaces of WASI 0.2 that are there, without versions.
  package static var interfaceNames: [String] { InterfaceTable.all.keys.sorted() }

  package func function(interface: String, name: String, signature: Signature) -> HostFunction {
    let key = InterfaceName(interface)
    guard key.isServed else { return denial.function(interface, name, key: nil) }
    let isGranted = grants.has(key.base)
    guard let function = InterfaceTable.all[key.base]?()[name] else {
      guard isGranted else { return denial.function(interface, name, key: key.base) }
      let note = InterfaceTable.comesLater(key.base) ? Denial.later : nil
      return denial.function(interface, name, key: nil, note: note)
    }
    guard let chosen = isGranted ? function.granted : function.ungranted else {
      // Of the same kind: the code that a component is compiled to does not depend on what it is granted.
      return denial.function(interface, name, key: key.base).like(function.granted)
    }
    guard signature.lowered == function.coreType else {
      return Denial.mismatch(interface, name)
    }
    return chosen
  }

  package func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    guard module == Preview1.module else { return denial.function(module, name, key: nil) }
    guard let function = Preview1.functions[name] else {
      return denial.function(module, name, key: nil)
    }
    guard function.type == type else { return Denial.mismatch(module, name) }
    return function.make(Preview1.Scope(name: name, provider: self))
  }
}

extension HostFunction {
  /// This function, which never returns, in the kind of another one.
  fileprivate func like(_ other: HostFunction) -> HostFunction {
    guard case .resumable = other, case .immediate(let function) = self else { return self }
    return .resumable { call throws(HostFault) in
      try function(call)
      return .done
    }
  }
}
