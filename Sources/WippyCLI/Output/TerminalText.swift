/// Text from guests and files, made safe for a terminal: what would move its cursor or reorder its letters is replaced.
enum TerminalText {
  /// For names: one line.
  static func line(_ text: String) -> String { replaced(text) { _ in false } }

  /// For messages: line breaks and tabs stay.
  static func lines(_ text: String) -> String { replaced(text) { $0 == "\n" || $0 == "\t" } }

  private static func replaced(_ text: String, keeping: (Unicode.Scalar) -> Bool) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      result.append(isHidden(scalar) && !keeping(scalar) ? "\u{fffd}" : scalar)
    }
    return String(result)
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f }
    // Emoji are joined with it.
    if scalar == "\u{200d}" { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    default: return false
    }
  }
}
