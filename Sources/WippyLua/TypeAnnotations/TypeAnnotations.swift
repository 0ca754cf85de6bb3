/// Takes Wippy's type annotations out of Lua source.
///
/// They become spaces, so that every line and column stays. What is valid Lua 5.4 without them stays byte for byte: an
/// annotation is only taken where no Lua program may have those tokens. What is no type either stays too, for Lua to
/// complain about.
package struct TypeAnnotations: LuaTokenReading {
  private(set) var bytes: [UInt8]
  let tokens: [LuaToken]
  private let syntax: TypeSyntax
  private var index = 0
  /// Whether an operand, or a statement, may have ended before the token at `index`.
  private var endsOperand = false
  private var endsStatement = true

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    tokens = LuaLexer.tokens(of: bytes)
    syntax = TypeSyntax(tokens, bytes)
  }

  /// `source` without annotations, of the same length.
  package static func strip(_ source: [UInt8]) -> [UInt8] {
    // Chunks that Lua has compiled are no text.
    guard source.first != 0x1b else { return source }
    var annotations = TypeAnnotations(source)
    annotations.run()
    return annotations.bytes
  }

  package static func strip(_ source: String) -> String {
    String(decoding: strip(Array(source.utf8)), as: UTF8.self)
  }

  private mutating func run() {
    while index < tokens.count {
      switch tokens[index].kind {
      case .local: declaration()
      case .for: loop()
      case .function: function()
      case .name:
        if !typeStatement(), !cast(isWord(index, "as")) { advance() }
      case .doubleColon:
        if !label(), !cast(true) { advance() }
      case .mark(UInt8(ascii: "!")) where endsOperand:
        blank(index..<(index + 1))
        index += 1
      default: advance()
      }
    }
  }

  /// Goes over one token that stays.
  private mutating func advance() {
    let token = tokens[index]
    endsOperand = token.endsOperand
    endsStatement = endsOperand || token.kind == .opening || token.isMark(";")
    index += 1
  }

  private mutating func blank(_ range: Range<Int>) {
    guard let first = range.first, let last = range.last else { return }
    for offset in tokens[first].start..<tokens[last].end where bytes[offset] != 0x0a && bytes[offset] != 0x0d {
      bytes[offset] = 0x20
    }
  }

  // MARK: - Declarations

  /// Takes `: type` or `?: type` at the current place.
  private mutating func annotation() {
    let colon = isMark(index, "?") ? index + 1 : index
    guard isMark(colon, ":"), let end = syntax.endOfType(at: colon + 1) else { return }
    blank(index..<end)
    index = end
  }

  private mutating func names(hasAttributes: Bool) {
    while kind(index) == .name {
      index += 1
      if hasAttributes, syntax.isAttribute(at: index) { index += 3 }
      annotation()
      if hasAttributes, syntax.isAttribute(at: index) { index += 3 }
      guard isMark(index, ",") else { break }
      index += 1
    }
    endsOperand = false
    endsStatement = true
  }

  /// `local x: T <const>, y: U`
  private mutating func declaration() {
    index += 1
    if kind(index) != .function { names(hasAttributes: true) }
  }

  /// `for k: T, v: U in`
  private mutating func loop() {
    index += 1
    names(hasAttributes: false)
  }

  /// `function a.b:c<T>(x: T, ...: U): V`
  private mutating func function() {
    index += 1
    while kind(index) == .name || isMark(index, ".") || isMark(index, ":") { index += 1 }
    if let end = syntax.endOfTypeParameters(at: index) {
      blank(index..<end)
      index = end
    }
    endsOperand = false
    endsStatement = true
    guard isMark(index, "(") else { return }
    index += 1
    while kind(index) == .name || kind(index) == .dots {
      index += 1
      annotation()
      guard isMark(index, ",") else { break }
      index += 1
    }
    guard isMark(index, ")") else { return }
    index += 1
    if isMark(index, ":") { annotation() }
  }

  // MARK: - Statements and casts

  /// `type Name<T> = ...` where a statement may begin: none of Lua's begins with two names.
  private mutating func typeStatement() -> Bool {
    guard endsStatement else { return false }
    let first = isWord(index, "export") ? index + 1 : index
    guard isWord(first, "type"), kind(first + 1) == .name else { return false }
    let equals = syntax.endOfTypeParameters(at: first + 2) ?? first + 2
    guard isMark(equals, "="), let end = syntax.endOfType(at: equals + 1) else { return false }
    blank(index..<end)
    index = end
    endsOperand = false
    endsStatement = true
    return true
  }

  /// Goes over `::name::`.
  private mutating func label() -> Bool {
    guard kind(index + 1) == .name, kind(index + 2) == .doubleColon else { return false }
    index += 3
    endsOperand = false
    endsStatement = true
    return true
  }

  /// `x :: T` and `x as T`.
  private mutating func cast(_ isOne: Bool) -> Bool {
    guard isOne, endsOperand, let end = syntax.endOfType(at: index + 1) else { return false }
    if kind(index) == .name, !cannotFollowAs(index + 1) { return false }
    blank(index..<end)
    index = end
    // What was cast is an operand still.
    return true
  }

  /// Whether the token is none that may follow a variable called `as` in Lua: then the `as` is a cast.
  private func cannotFollowAs(_ index: Int) -> Bool {
    switch kind(index) {
    case .name, .constant: return true
    case .mark(UInt8(ascii: "{")):
      // `as {x: T}`, but not `as {x:call()}`: that would not have been a type.
      guard kind(index + 1) == .name else { return false }
      return isMark(index + 2, ":") || (isMark(index + 2, "?") && isMark(index + 3, ":"))
    default: return false
    }
  }
}
