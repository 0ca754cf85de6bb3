/// Reads signatures and type declarations into their syntax.
struct WITParser {
  /// How deep types may nest in the text.
  static let maximumDepth = 100

  private(set) var lexer: WITLexer
  private(set) var types: [WITTypeDeclaration] = []
  private(set) var functions: [WITFunctionSyntax] = []
  private var typeNames: Set<String> = []
  private var functionNames: Set<String> = []
  private var token: WITToken
  private var depth = 0

  init(_ text: String) throws(WITError) {
    lexer = WITLexer(text)
    token = try lexer.next()
  }

  /// Reads the whole text.
  mutating func parse() throws(WITError) {
    while token.kind != .end {
      try skipAttributes()
      if case .name(let word, escaped: false) = token.kind, WITToken.keywords.contains(word) {
        try declaration(word)
      } else {
        try function()
      }
    }
    guard !functions.isEmpty else {
      throw lexer.failure("there is no function; write one as name: func(...) -> type;", at: token.offset)
    }
  }

  // MARK: - Tokens

  private func unexpected(_ expected: String) -> WITError {
    lexer.failure("expected \(expected), got \(token.description)", at: token.offset)
  }

  private mutating func skip(_ symbol: String) throws(WITError) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    token = try lexer.next()
    return true
  }

  private mutating func expect(_ symbol: String) throws(WITError) {
    guard try skip(symbol) else { throw unexpected("\"\(symbol)\"") }
  }

  private mutating func skipWord(_ word: String) throws(WITError) -> Bool {
    guard token.kind == .name(word, escaped: false) else { return false }
    token = try lexer.next()
    return true
  }

  /// A name, unique among `names` (names that differ in case only are the same).
  private mutating func name(_ what: String, uniqueIn names: inout Set<String>) throws(WITError) -> String {
    let offset = token.offset
    let name = try name(what)
    guard names.insert(name.lowercased()).inserted else {
      throw lexer.failure("\(what) \"\(name)\" occurs twice", at: offset)
    }
    return name
  }

  private mutating func name(_ what: String) throws(WITError) -> String {
    guard case .name(let name, let isEscaped) = token.kind else { throw unexpected(what) }
    guard isEscaped || !WITToken.keywords.contains(name) else {
      throw lexer.failure("\"\(name)\" is a keyword of WIT; as \(what) write %\(name)", at: token.offset)
    }
    token = try lexer.next()
    return name
  }

  /// `@since(version = 0.2.0)` and the like say nothing about a type.
  private mutating func skipAttributes() throws(WITError) {
    while try skip("@") {
      guard case .name = token.kind else { throw unexpected("the name of an attribute") }
      token = try lexer.next()
      guard try skip("(") else { continue }
      while token.kind != .symbol(")") {
        guard token.kind != .end else { throw unexpected("\")\"") }
        token = try lexer.next()
      }
      try expect(")")
    }
  }

  /// Reads items up to `close`, with commas between them; a trailing one is allowed.
  private mutating func items(
    until close: String, _ item: (inout WITParser) throws(WITError) -> Void
  ) throws(WITError) {
    while token.kind != .symbol(close) {
      try item(&self)
      if try !skip(",") {
        guard token.kind == .symbol(close) else { throw unexpected("\",\" or \"\(close)\"") }
      }
    }
    try expect(close)
  }
}

// MARK: - Functions and declarations

extension WITParser {
  private mutating func function() throws(WITError) {
    let offset = token.offset
    let name = try name("a function's name")
    guard functionNames.insert(name).inserted else {
      throw lexer.failure("the function \"\(name)\" occurs twice", at: offset)
    }
    try expect(":")
    if token.kind == .name("async", escaped: false) {
      throw lexer.failure("async functions are not supported", at: token.offset)
    }
    guard try skipWord("func") else { throw unexpected("\"func\"") }
    try expect("(")
    var parameters: [(name: String, type: WITTypeSyntax)] = []
    var names: Set<String> = []
    try items(until: ")") { parser throws(WITError) in
      let name = try parser.name("a parameter's name", uniqueIn: &names)
      try parser.expect(":")
      parameters.append((name, try parser.type()))
    }
    let result = try skip("->") ? try type() : nil
    functions.append(WITFunctionSyntax(name: name, offset: offset, parameters: parameters, result: result))
    if token.kind != .end { try expect(";") }
  }

  private mutating func declaration(_ word: String) throws(WITError) {
    let start = token
    token = try lexer.next()
    switch word {
    case "type":
      let (name, offset) = try declaredName()
      try expect("=")
      try declare(name, offset, try type())
      if token.kind != .end { try expect(";") }
    case "record", "variant", "enum", "flags":
      let (name, offset) = try declaredName()
      let body = WITTypeSyntax(offset: start.offset, kind: try body(of: word, at: start.offset))
      try declare(name, offset, body)
    case "resource", "use":
      throw lexer.failure(
        "\"\(word)\" has no place here: a signature declares the types that it needs itself", at: start.offset
      )
    case "package", "interface", "world", "import", "export", "include":
      throw lexer.failure(
        "\"\(word)\" has no place here: write the function alone, as name: func(...) -> type;",
        at: start.offset)
    default:
      throw lexer.failure(
        "\"\(word)\" is a keyword of WIT; as a function's name write %\(word)", at: start.offset)
    }
  }

  private mutating func declaredName() throws(WITError) -> (String, Int) {
    let offset = token.offset
    return (try name("a type's name"), offset)
  }

  private mutating func declare(_ name: String, _ offset: Int, _ type: WITTypeSyntax) throws(WITError) {
    guard typeNames.insert(name).inserted else {
      throw lexer.failure("the type \"\(name)\" is declared twice", at: offset)
    }
    types.append(WITTypeDeclaration(name: name, offset: offset, type: type))
  }
}

// MARK: - Types

extension WITParser {
  private static let primitives: [String: ValueType] = [
    "bool": .bool, "s8": .s8, "u8": .u8, "s16": .s16, "u16": .u16, "s32": .s32, "u32": .u32, "s64": .s64,
    "u64": .u64, "f32": .f32, "f64": .f64, "char": .char, "string": .string,
  ]

  private mutating func type() throws(WITError) -> WITTypeSyntax {
    let start = token
    guard case .name(let word, let isEscaped) = start.kind else { throw unexpected("a type") }
    guard depth < WITParser.maximumDepth else {
      throw lexer.failure("the type nests deeper than \(WITParser.maximumDepth) levels", at: start.offset)
    }
    depth += 1
    defer { depth -= 1 }
    token = try lexer.next()
    let kind: WITTypeSyntax.Kind
    if !isEscaped, let primitive = WITParser.primitives[word] {
      kind = .primitive(primitive)
    } else if !isEscaped, WITToken.keywords.contains(word) {
      kind = try constructed(word, at: start.offset)
    } else {
      kind = .named(word)
    }
    return WITTypeSyntax(offset: start.offset, kind: kind)
  }

  private mutating func constructed(_ word: String, at offset: Int) throws(WITError) -> WITTypeSyntax.Kind {
    switch word {
    case "list":
      let element = try argument()
      guard token.kind != .symbol(",") else {
        throw lexer.failure("lists of a fixed length are not supported", at: token.offset)
      }
      try expect(">")
      return .list(element)
    case "option":
      let payload = try argument()
      try expect(">")
      return .option(payload)
    case "tuple":
      try expect("<")
      var elements: [WITTypeSyntax] = []
      try items(until: ">") { parser throws(WITError) in elements.append(try parser.type()) }
      guard !elements.isEmpty else { throw lexer.failure("a tuple has at least one type", at: offset) }
      return .tuple(elements)
    case "result":
      guard try skip("<") else { return .result(ok: nil, error: nil) }
      let ok = try skip("_") ? nil : try type()
      var error: WITTypeSyntax?
      if try skip(",") {
        error = try type()
      } else if ok == nil {
        throw unexpected("\",\" and the type of the error")
      }
      try expect(">")
      return .result(ok: ok, error: error)
    case "own", "borrow":
      try expect("<")
      let place = token.offset
      let name = try name("a resource's name")
      try expect(">")
      return word == "own" ? .own(name, at: place) : .borrow(name, at: place)
    case "record", "variant", "enum", "flags":
      return try body(of: word, at: offset)
    case "map", "stream", "future", "error-context":
      throw lexer.failure("\(word) is not supported", at: offset)
    default:
      throw lexer.failure("\"\(word)\" is no type; for a type of that name write %\(word)", at: offset)
    }
  }

  private mutating func argument() throws(WITError) -> WITTypeSyntax {
    try expect("<")
    return try type()
  }

  /// What stands in the braces of a record, variant, enum or flags.
  private mutating func body(of word: String, at offset: Int) throws(WITError) -> WITTypeSyntax.Kind {
    var names: Set<String> = []
    var fields: [(name: String, type: WITTypeSyntax)] = []
    var cases: [(name: String, payload: WITTypeSyntax?)] = []
    try expect("{")
    try items(until: "}") { parser throws(WITError) in
      try parser.skipAttributes()
      switch word {
      case "record":
        let name = try parser.name("a field's name", uniqueIn: &names)
        try parser.expect(":")
        fields.append((name, try parser.type()))
      case "variant":
        let name = try parser.name("a case's name", uniqueIn: &names)
        var payload: WITTypeSyntax?
        if try parser.skip("(") {
          payload = try parser.type()
          try parser.expect(")")
        }
        cases.append((name, payload))
      default:
        cases.append(
          (try parser.name(word == "enum" ? "a case's name" : "a flag's name", uniqueIn: &names), nil))
      }
    }
    guard !names.isEmpty else {
      throw lexer.failure("\(word == "enum" ? "an" : "a") \(word) cannot be empty", at: offset)
    }
    switch word {
    case "record": return .record(fields)
    case "variant": return .variant(cases)
    case "enum": return .enumeration(cases.map(\.name))
    default:
      guard cases.count <= 32 else { throw lexer.failure("flags has at most 32 names", at: offset) }
      return .flags(cases.map(\.name))
    }
  }
}
