/// Finds where a type ends.
///
/// ```
/// type     = ["|" | "&"] part { ("|" | "&") part }
/// part     = primary { "?" | "!" | "[" "]" } { "@" name ["(" ... ")"] }
/// primary  = name { "." name } [ "<" type { "," type } ">" ] | "typeof" "(" ... ")" | constant | string | number
///          | "function" [ "(" { parameter "," } ")" [ ":" type ] ] | "{" { field separator } "}"
///          | [ "<" names ">" ] "(" { parameter "," } ")" [ "->" type ] | "..." [ type ]
/// field    = "[" type "]" ":" type | [ "readonly" ] (name | string) [ "?" ] ":" type | type
/// ```
struct TypeSyntax: LuaTokenReading {
  /// Deeper ones are no types; neither are longer arguments of `typeof` and `@`.
  private static let depthLimit = 100
  private static let argumentLimit = 250

  let tokens: [LuaToken]
  let bytes: [UInt8]

  init(_ tokens: [LuaToken], _ bytes: [UInt8]) {
    self.tokens = tokens
    self.bytes = bytes
  }

  /// The index after the type at `index`; `nil` where there is none.
  func endOfType(at index: Int) -> Int? { type(index, 0) }

  /// The index after `<T, U: V = W>` at `index`.
  func endOfTypeParameters(at index: Int) -> Int? {
    guard isMark(index, "<") else { return nil }
    var at = index + 1
    while true {
      if kind(at) == .dots { at += 1 }
      guard kind(at) == .name else { return nil }
      at += 1
      if kind(at) == .dots { at += 1 }
      for mark: Unicode.Scalar in [":", "="] where isMark(at, mark) {
        guard let end = type(at + 1, 0) else { return nil }
        at = end
      }
      if isMark(at, ">") { return at + 1 }
      guard isMark(at, ",") else { return nil }
      at += 1
    }
  }

  // MARK: - Tokens

  /// `<const>` or `<close>`: an attribute of Lua's, no type argument.
  func isAttribute(at index: Int) -> Bool {
    isMark(index, "<") && (isWord(index + 1, "const") || isWord(index + 1, "close")) && isMark(index + 2, ">")
  }

  // MARK: - Types

  private func type(_ index: Int, _ depth: Int) -> Int? {
    guard depth < TypeSyntax.depthLimit else { return nil }
    var at = index
    if isMark(at, "|") || isMark(at, "&") { at += 1 }
    while true {
      guard let end = part(at, depth + 1) else { return nil }
      guard isMark(end, "|") || isMark(end, "&") else { return end }
      at = end + 1
    }
  }

  private func part(_ index: Int, _ depth: Int) -> Int? {
    guard var at = primary(index, depth) else { return nil }
    while true {
      if isMark(at, "?") || isMark(at, "!") {
        at += 1
      } else if isMark(at, "["), isMark(at + 1, "]") {
        at += 2
      } else if isMark(at, "@"), kind(at + 1) == .name {
        at += 2
        if isMark(at, "(") {
          guard let end = endOfArguments(at) else { return nil }
          at = end
        }
      } else {
        return at
      }
    }
  }

  private func primary(_ index: Int, _ depth: Int) -> Int? {
    switch kind(index) {
    case .constant, .string, .number: return index + 1
    case .dots: return type(index + 1, depth) ?? index + 1
    case .name: return named(index, depth)
    case .function: return isMark(index + 1, "(") ? parameters(index + 2, depth) : index + 1
    case .mark(UInt8(ascii: "-")): return kind(index + 1) == .number ? index + 2 : nil
    case .mark(UInt8(ascii: "{")): return table(index + 1, depth)
    case .mark(UInt8(ascii: "<")):
      guard let parameters = endOfTypeParameters(at: index), isMark(parameters, "(") else { return nil }
      return list(parameters + 1, depth)
    case .mark(UInt8(ascii: "(")): return list(index + 1, depth)
    default: return nil
    }
  }

  private func named(_ index: Int, _ depth: Int) -> Int? {
    if isWord(index, "typeof"), isMark(index + 1, "(") { return endOfArguments(index + 1) }
    var at = index + 1
    while isMark(at, "."), kind(at + 1) == .name { at += 2 }
    guard isMark(at, "<"), !isAttribute(at: at) else { return at }
    at += 1
    while true {
      guard let end = type(at, depth + 1) else { return nil }
      if isMark(end, ">") { return end + 1 }
      guard isMark(end, ",") else { return nil }
      at = end + 1
    }
  }

  /// What follows `function(`: its result stands after a colon.
  private func parameters(_ index: Int, _ depth: Int) -> Int? {
    guard let end = list(index, depth) else { return nil }
    return isMark(end, ":") ? type(end + 1, depth + 1) : end
  }

  /// What follows `(`: types, or parameters; and what a function returns.
  private func list(_ index: Int, _ depth: Int) -> Int? {
    var at = index
    while !isMark(at, ")") {
      if kind(at) == .name || kind(at) == .dots {
        if isMark(at + 1, ":") {
          at += 2
        } else if isMark(at + 1, "?"), isMark(at + 2, ":") {
          at += 3
        }
      }
      guard let end = type(at, depth + 1) else { return nil }
      at = end
      guard isMark(at, ",") else { break }
      at += 1
    }
    guard isMark(at, ")") else { return nil }
    guard kind(at + 1) == .arrow else { return at + 1 }
    return type(at + 2, depth + 1)
  }

  /// What follows `{`.
  private func table(_ index: Int, _ depth: Int) -> Int? {
    var at = index
    while !isMark(at, "}") {
      if isMark(at, "["), let key = type(at + 1, depth + 1), isMark(key, "]"), isMark(key + 1, ":") {
        at = key + 2
      } else {
        if isWord(at, "readonly"), kind(at + 1) == .name { at += 1 }
        let isKey = kind(at) == .name || kind(at) == .string
        if isKey, isMark(at + 1, ":") {
          at += 2
        } else if isKey, isMark(at + 1, "?"), isMark(at + 2, ":") {
          at += 3
        }
      }
      guard let end = type(at, depth + 1) else { return nil }
      at = end
      guard isMark(at, ",") || isMark(at, ";") else { break }
      at += 1
    }
    return isMark(at, "}") ? at + 1 : nil
  }

  /// The index after the bracket that closes the one at `index`.
  private func endOfArguments(_ index: Int) -> Int? {
    var depth = 0
    for at in index..<min(tokens.count, index + TypeSyntax.argumentLimit) {
      if isMark(at, "(") { depth += 1 }
      if isMark(at, ")") {
        depth -= 1
        if depth == 0 { return at + 1 }
      }
    }
    return nil
  }
}
