/// What Lua source says about itself without being run: for checks of a project that start nothing.
package struct LuaSurvey: Sendable {
  /// One `require` of a constant name.
  package struct Requirement: Sendable, Hashable {
    package let name: String
    package let line: Int
    package let column: Int
  }

  package private(set) var requirements: [Requirement] = []
  /// Every name and every short string.
  private var words: Set<String> = []

  package init(_ source: String) {
    let bytes = Array(source.utf8)
    let tokens = LuaLexer.tokens(of: bytes)
    func text(_ token: LuaToken) -> String { String(decoding: bytes[token.start..<token.end], as: UTF8.self) }
    var (line, lineStart, position) = (1, 0, 0)
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .name:
        let name = text(token)
        words.insert(name)
        guard name == "require", let argument = Self.argument(after: index, tokens, bytes) else { continue }
        while position < token.start {
          if bytes[position] == UInt8(ascii: "\n") { (line, lineStart) = (line + 1, position + 1) }
          position += 1
        }
        requirements.append(Requirement(name: argument, line: line, column: token.start - lineStart + 1))
      case .string:
        if let content = Self.content(of: token, bytes) { words.insert(content) }
      default: continue
      }
    }
  }

  /// Whether a field or a global function of this name may be there: `false` is certain, unless the name is put together
  /// at run time.
  package func mayDefine(_ name: String) -> Bool { words.contains(name) }

  /// The string of `require("name")` or `require "name"`; not of `x.require` and the like.
  private static func argument(after index: Int, _ tokens: [LuaToken], _ bytes: [UInt8]) -> String? {
    if index > 0, tokens[index - 1].isMark(".") || tokens[index - 1].isMark(":") || tokens[index - 1].kind == .function
    {
      return nil
    }
    var next = index + 1
    let hasParenthesis = next < tokens.count && tokens[next].isMark("(")
    if hasParenthesis { next += 1 }
    guard next < tokens.count, tokens[next].kind == .string, let name = content(of: tokens[next], bytes) else {
      return nil
    }
    // `require("a" .. b)` is another name.
    if hasParenthesis { guard next + 1 < tokens.count, tokens[next + 1].isMark(")") else { return nil } }
    return name
  }

  /// Of a short string without escapes.
  private static func content(of token: LuaToken, _ bytes: [UInt8]) -> String? {
    guard token.end - token.start >= 2, bytes[token.start] != UInt8(ascii: "["),
      bytes[token.end - 1] == bytes[token.start]
    else { return nil }
    let inner = bytes[token.start + 1..<token.end - 1]
    return inner.contains(UInt8(ascii: "\\")) ? nil : String(decoding: inner, as: UTF8.self)
  }
}
