import WippyCore

extension ValueConformance {
  /// The normal forms of a call's arguments.
  ///
  /// Trailing `option` parameters may be left out: they are none, as Lua leaves out a trailing nil. `name`
  /// is the function's, for messages.
  package static func conform(
    arguments: [Value], to function: FunctionType, named name: String? = nil
  ) throws(ValueError) -> [Value] {
    let parameters = function.parameters
    if isNormal(arguments, parameters) { return arguments }
    let required = parameters.trailingOptionsDropped.count
    guard (required...parameters.count).contains(arguments.count) else {
      throw argumentCount(required...parameters.count, got: arguments.count, function, named: name)
    }
    var converted: [Value] = []
    converted.reserveCapacity(parameters.count)
    for (index, parameter) in parameters.enumerated() {
      guard index < arguments.count else {
        converted.append(.null)
        continue
      }
      do {
        converted.append(try convert(arguments[index], to: parameter.type))
      } catch { throw error.inArgument(index + 1, parameter.name) }
    }
    return converted
  }

  /// Whether simple arguments need no conversion, so that most calls copy none.
  private static func isNormal(_ arguments: [Value], _ parameters: [FunctionType.Parameter]) -> Bool {
    guard arguments.count == parameters.count else { return false }
    for index in arguments.indices {
      switch (arguments[index], parameters[index].type) {
      case (.integer(let number), let type):
        guard type.integerRange?.contains(number) == true else { return false }
      case (.bool, .bool), (.string, .string): continue
      default: return false
      }
    }
    return true
  }

  static func argumentCount(
    _ expected: ClosedRange<Int>, got: Int, _ function: FunctionType, named name: String?
  ) -> ValueError {
    let printer = WITPrinter()
    let signature = name.map { printer.signature(of: function, named: $0) } ?? printer.text(of: function)
    return ValueError(.argumentCount(expected: expected, got: got, signature: signature))
  }
}

extension [FunctionType.Parameter] {
  /// The parameters that a call must give.
  var trailingOptionsDropped: ArraySlice<FunctionType.Parameter> {
    var required = self[...]
    while let last = required.last, case .option = last.type { required.removeLast() }
    return required
  }
}
