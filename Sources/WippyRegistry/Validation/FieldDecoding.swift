import WippyCore
import WippyYAML

/// What a node says as the type of its field. An environment variable's text counts as what it looks like.
enum FieldDecoding {
  static func boolean(_ node: SourceNode) -> Bool? {
    if case .bool(let flag)? = effective(node) { flag } else { nil }
  }

  static func integer(_ node: SourceNode) -> Int64? {
    if case .integer(let number)? = effective(node) { number } else { nil }
  }

  static func number(_ node: SourceNode) -> Double? {
    switch effective(node) {
    case .integer(let number)?: Double(number)
    case .unsigned(let number)?: Double(number)
    case .float(let number)?: number.isNaN ? nil : number
    default: nil
    }
  }

  static func size(_ node: SourceNode) -> UInt64? {
    if let number = integer(node) { return UInt64(exactly: number) }
    return node.string.flatMap(SizeText.parse)
  }

  static func duration(_ node: SourceNode) -> Duration? {
    // 0 is the same in every unit; any other number would be a guess.
    if integer(node) == 0 { return .zero }
    return node.string.flatMap(DurationText.parse)
  }

  static func fileMode(_ node: SourceNode) -> UInt32? {
    node.scalar.flatMap { FileModeText.parse($0.text) }
  }

  private static func effective(_ node: SourceNode) -> Value? {
    guard let scalar = node.scalar else { return nil }
    guard scalar.isSubstituted else { return scalar.value }
    return ScalarResolution.value(ofPlain: scalar.text)
  }
}
