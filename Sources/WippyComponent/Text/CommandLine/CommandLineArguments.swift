import WippyCore

/// The arguments of a command line as values of a function's parameters.
///
/// A `string` parameter takes the text as it is; numbers, bools, chars and enums are parsed plainly; anything
/// else is WAVE or JSON, whichever parses. A last parameter of type `list<string>` takes all remaining
/// arguments as they are.
package enum CommandLineArguments {
  /// The values in normal form (`ValueConformance`), one for each parameter.
  ///
  /// A function without parameters takes any number of arguments: its guest sees them as its own command
  /// line only. Trailing `option` parameters may be left out. `name` is the function's, for messages.
  package static func parse(
    _ arguments: [String], for function: FunctionType, named name: String? = nil
  ) throws(ValueError) -> [Value] {
    var parameters = function.parameters[...]
    if parameters.isEmpty { return [] }
    let takesRest = parameters.last?.type == .list(.string)
    if takesRest { parameters.removeLast() }
    // What stands before the rest has to be given: the rest would take its place.
    let required = takesRest ? parameters.count : function.parameters.trailingOptionsDropped.count
    let most = takesRest ? Int.max : parameters.count
    guard (required...most).contains(arguments.count) else {
      throw ValueConformance.argumentCount(required...most, got: arguments.count, function, named: name)
    }
    var values: [Value] = []
    for (index, parameter) in parameters.enumerated() {
      guard index < arguments.count else {
        values.append(.null)
        continue
      }
      do {
        values.append(try value(arguments[index], as: parameter.type))
      } catch { throw error.inArgument(index + 1, parameter.name) }
    }
    if takesRest { values.append(.array(arguments.dropFirst(parameters.count).map(Value.string))) }
    return values
  }

  /// One argument as a value of `type`.
  package static func value(_ text: String, as type: ValueType) throws(ValueError) -> Value {
    switch type {
    case .string:
      return .string(text)
    case .bool:
      switch text {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: throw mismatch(text, "true or false")
      }
    case .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64:
      if let value = try PlainText.integer(text, as: type) { return value }
      throw mismatch(text, type.shortDescription)
    case .f32, .f64:
      if let value = try PlainText.float(text, as: type) { return value }
      throw mismatch(text, "\(type.shortDescription) (a number, nan, inf or -inf)")
    case .char:
      if text.unicodeScalars.count == 1 { return .string(text) }
      if let value = try? WAVEParser.parse(text, as: type) { return value }
      throw mismatch(text, "one character")
    case .enumeration(let names):
      let name = text.first == "%" ? String(text.dropFirst()) : text
      guard names.contains(name) else { throw ValueConformance.unknownCase(text, among: names) }
      return .string(name)
    case .own, .borrow:
      throw ValueError(.unwritable(type: type.shortDescription, notation: "an argument"))
    default:
      return try structured(text, as: type)
    }
  }

  private static func mismatch(_ text: String, _ expected: String) -> ValueError {
    let scalars = text.unicodeScalars.map { $0.isPrintable ? $0 : "\u{FFFD}" }
    var shown = String(String.UnicodeScalarView(scalars.prefix(40)))
    if scalars.count > 40 { shown += "..." }
    return ValueError(.mismatch(expected: expected, got: "\"\(shown)\""))
  }

  private static func structured(_ text: String, as type: ValueType) throws(ValueError) -> Value {
    let waveFailure: String
    do { return try WAVEParser.parse(text, as: type) } catch { waveFailure = "\(error)" }
    let jsonFailure: String
    do {
      let loose = try JSONParser.parse(text)
      do { return try ValueConformance.conform(loose, to: type) } catch { jsonFailure = "\(error)" }
    } catch { jsonFailure = "\(error)" }
    throw ValueError(.unreadable(type: type.shortDescription, wave: waveFailure, json: jsonFailure))
  }
}
