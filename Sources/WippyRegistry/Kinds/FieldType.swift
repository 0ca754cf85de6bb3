import WippyCore

/// What a field holds: from it come the validation and the JSON Schema.
package indirect enum FieldType: Sendable {
  case any
  case text(TextFormat)
  /// A scalar whose text counts: `8080` is the string `"8080"`.
  case scalarText
  case boolean
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  /// Bytes: see `SizeText`.
  case size
  /// `10s`, `1h30m`; see `DurationText`.
  case duration
  /// How a child is stopped: a duration, `brutal_kill` or `infinity`.
  case shutdown
  /// Octal permissions, quoted or not.
  case fileMode
  case oneOf([String])
  /// The id of an entry whose kind matches one of the globs.
  case reference([String])
  case list(FieldType)
  /// A map with keys of the user's own.
  case map(FieldType)
  case object([FieldSchema])

  package static var string: FieldType { .text(.any) }
  package static var name: FieldType { .text(.nonEmpty) }
  static var count: FieldType { .integer(1...Int64(Int32.max)) }
  static var milliseconds: FieldType { .integer(1...Int64.max / 1_000_000) }

  /// What a message asks for.
  var expectation: String {
    switch self {
    case .any: "any value"
    case .text: "a string"
    case .scalarText: "a string, number or boolean"
    case .boolean: "`true` or `false`"
    case .integer(let range):
      range.upperBound >= Int64(Int32.max)
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      range.upperBound.isFinite
        ? "a number from \(range.lowerBound) to \(range.upperBound)"
        : "a number of at least \(range.lowerBound)"
    case .size: "a size such as `64MiB`, or a number of bytes"
    case .duration: "a duration such as `10s`, `500ms` or `1h30m`"
    case .shutdown: "a duration such as `5s`, `brutal_kill` or `infinity`"
    case .fileMode: "a file mode in octal such as `\"0755\"`"
    case .oneOf(let words): "one of \(words.map { "`\($0)`" }.joined(separator: ", "))"
    case .reference: "the id of an entry, `namespace:name`"
    case .list: "a list"
    case .map, .object: "a map"
    }
  }
}
