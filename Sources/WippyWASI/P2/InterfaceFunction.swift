import WippyComponent
import WippyEngine

/// A function of a WASI interface: what it does when its interface is granted, and when it is not.
struct InterfaceFunction: Sendable {
  /// The core function that it is lowered to.
  let coreType: CoreFunctionType
  let granted: HostFunction
  /// `nil`: the call ends the process.
  let ungranted: HostFunction?

  /// A function that needs a grant.
  init(_ coreType: CoreFunctionType, _ granted: HostFunction) {
    self.coreType = coreType
    self.granted = granted
    ungranted = nil
  }

  /// A function that has an answer without a grant too.
  init(_ coreType: CoreFunctionType, _ granted: HostFunction, ungranted: HostFunction) {
    self.coreType = coreType
    self.granted = granted
    self.ungranted = ungranted
  }

  /// A function that always works.
  static func always(_ coreType: CoreFunctionType, _ function: HostFunction) -> InterfaceFunction {
    InterfaceFunction(coreType, function, ungranted: function)
  }
}

extension CoreFunctionType {
  static func takes(_ parameters: CoreValueType...) -> CoreFunctionType {
    CoreFunctionType(parameters: parameters, results: [])
  }

  func returns(_ result: CoreValueType) -> CoreFunctionType {
    CoreFunctionType(parameters: parameters, results: [result])
  }
}
