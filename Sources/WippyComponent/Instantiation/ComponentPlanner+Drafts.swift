import WippyEngine

/// Functions of the asynchronous component model stand in their places, and trap when they are called.
extension ComponentPlanner {
  func unsupported(
    _ builtIn: AsynchronousBuiltIn, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) -> LinkedFunction {
    if let type = builtIn.coreType { return .unsupported(builtIn.name, type, instance: frame.instance) }
    // What `task.return` takes is what the function would return.
    let result = try builtIn.result.map { (reference) throws(ComponentError) in
      try TypeEvaluation(frame: frame, offset: offset).evaluate(.tuple([reference]))
    }
    let parameters = try result.map { (type) throws(ComponentError) in try flat(type, offset) ?? [.i32] } ?? []
    return .unsupported(
      builtIn.name, CoreFunctionType(parameters: parameters, results: []), instance: frame.instance)
  }

  /// A function that is lowered asynchronously, or is asynchronous itself.
  func unsupported(
    _ type: FunctionType, _ options: CanonicalOptionsSyntax, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) -> LinkedFunction {
    let lowered: CoreFunctionType
    if options.isAsync {
      let flat = try flat(.tuple(type.parameters.map(\.type)), offset)
      let parameters = flat.map { $0.count <= Self.asynchronousParameterLimit ? $0 : [.i32] } ?? [.i32]
      lowered = CoreFunctionType(parameters: parameters + (type.result == nil ? [] : [.i32]), results: [.i32])
    } else {
      do throws(ABIViolation) {
        lowered = try Signature(type).lowered
      } catch {
        throw ComponentError(offset: offset, error.message)
      }
    }
    return .unsupported("an asynchronous call", lowered, instance: frame.instance)
  }

  private static let asynchronousParameterLimit = 4

  private func flat(_ type: ValueType, _ offset: Int) throws(ComponentError) -> [CoreValueType]? {
    do throws(ABIViolation) {
      return try Layout(type).flat
    } catch {
      throw ComponentError(offset: offset, error.message)
    }
  }
}
