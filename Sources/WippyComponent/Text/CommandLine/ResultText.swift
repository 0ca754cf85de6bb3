import WippyCore

/// What a command prints of its method's result.
package enum ResultText {
  /// The text for stdout, without the final newline; `nil` where nothing is printed.
  ///
  /// A string is itself; no result and an `ok` without value are nothing; everything else is WAVE, or JSON
  /// with `asJSON`. `type` is the type of `value`: for the value of an exit reason that is the function's
  /// `successType` (`failureType` for `error`), since the `result` around it is gone. Given with its `result`
  /// around it, an `ok` is printed like the value inside.
  package static func text(
    for value: Value?, type: ValueType?, asJSON: Bool = false
  ) throws(ValueError) -> String? {
    guard let value, let type else { return nil }
    if case .result(let ok, _) = type {
      let wrapped = try ValueConformance.conform(value, to: type)
      if let payload = wrapped["ok"] {
        guard let ok else { return nil }
        return try plainText(for: payload, type: ok, asJSON: asJSON)
      }
    }
    return try plainText(for: value, type: type, asJSON: asJSON)
  }

  private static func plainText(
    for value: Value, type: ValueType, asJSON: Bool
  ) throws(ValueError) -> String {
    if asJSON { return try JSONPrinter.text(for: value, type: type) }
    if type == .string, case .string(let text) = try ValueConformance.conform(value, to: type) { return text }
    return try WAVEPrinter.text(for: value, type: type)
  }
}
