/// One token of WAVE and the bytes where it stands.
struct WAVEToken {
  enum Kind: Hashable {
    case openBrace, closeBrace, openParenthesis, closeParenthesis, openBracket, closeBracket, colon, comma
    case number
    case label
    case character
    case string
    case multilineString
    case end

    /// What a message calls it.
    var name: String {
      switch self {
      case .openBrace: "\"{\""
      case .closeBrace: "\"}\""
      case .openParenthesis: "\"(\""
      case .closeParenthesis: "\")\""
      case .openBracket: "\"[\""
      case .closeBracket: "\"]\""
      case .colon: "\":\""
      case .comma: "\",\""
      case .number: "a number"
      case .label: "a name"
      case .character: "a character"
      case .string, .multilineString: "a string"
      case .end: "the end of the text"
      }
    }
  }

  var kind: Kind
  var range: Range<Int>

  /// Names that cases must not have without a `%`.
  static let keywords: Set<String> = ["true", "false", "some", "none", "ok", "err", "inf", "nan"]
}
