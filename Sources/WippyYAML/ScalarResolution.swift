import WippyCore

/// What a plain scalar says: YAML 1.2's core schema.
package enum ScalarResolution {
  package static func value(ofPlain text: String) -> Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    default: break
    }
    // Most scalars are words: decide by the first byte.
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
    return integer(text) ?? float(text) ?? .string(text)
  }

  private static func integer(_ text: String) -> Value? {
    if text.hasPrefix("0x") { return digits(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return digits(text.dropFirst(2), radix: 8) }
    var body = Substring(text)
    let negative = body.hasPrefix("-")
    if negative || body.hasPrefix("+") { body = body.dropFirst() }
    guard !body.isEmpty, body.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    if let number = Int64(text) { return .integer(number) }
    if !negative, let number = UInt64(body) { return .unsigned(number) }
    return Double(text).map(Value.float)
  }

  private static func digits(_ text: Substring, radix: Int) -> Value? {
    guard let first = text.first, first != "+", first != "-" else { return nil }
    return UInt64(text, radix: radix).map { Value(unsigned: $0) }
  }

  private static func float(_ text: String) -> Value? {
    // Swift's parser also takes hexadecimal floats and words, which YAML does not have.
    let allowed = text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
    guard allowed, text.utf8.contains(where: { (48...57).contains($0) }) else { return nil }
    if text.hasSuffix("."), let number = Double(text.dropLast()) { return .float(number) }
    return Double(text).map(Value.float)
  }
}
