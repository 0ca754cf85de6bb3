import WippyCore

/// What a method's result means for its process: a `result` at the top decides between the exit reasons
/// `normal` and `error`, and is not part of the value that they carry.
package enum MethodOutcome: Hashable, Sendable {
  /// The value is `nil` where there is none.
  case success(Value?)
  case failure(Value?)

  /// `result` is what the function returned, in the normal form of its result type.
  package init(_ result: Value?, of function: FunctionType) {
    guard case .result(let ok, let error) = function.result else {
      self = .success(function.result == nil ? nil : result)
      return
    }
    if let payload = result?["err"] {
      self = .failure(error == nil ? nil : payload)
    } else {
      self = .success(ok == nil ? nil : result?["ok"])
    }
  }
}

extension FunctionType {
  /// The type of the value of exit reason `normal`; `nil` where there is none.
  package var successType: ValueType? {
    if case .result(let ok, _) = result { return ok }
    return result
  }

  /// The type of the value of exit reason `error`; `nil` where there is none.
  package var failureType: ValueType? {
    if case .result(_, let error) = result { return error }
    return nil
  }
}
