extension Unicode.Scalar {
  /// Whether the scalar shows as itself. Controls, and formatting that would reorder or hide the text around
  /// it, do not; the joiner of emoji does.
  var isPrintable: Bool {
    if self == "\u{200D}" { return true }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      return false
    default: return true
    }
  }
}
