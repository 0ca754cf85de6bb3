import WippyCore

/// Reads WAVE, the WebAssembly Value Encoding, as a value of a type, in normal form (`ValueConformance`).
///
/// The type directs the parser, so it recurses as deep as the type. Resources have no WAVE.
package struct WAVEParser {
  private var lexer: WAVELexer
  private var token: WAVEToken

  private init(_ text: String) throws(WAVEError) {
    lexer = WAVELexer(text)
    token = try lexer.next()
  }

  /// The value that `text` is; only whitespace and `//` comments may surround it.
  package static func parse(_ text: String, as type: ValueType) throws(WAVEError) -> Value {
    var parser = try WAVEParser(text)
    let value = try parser.value(type)
    guard parser.token.kind == .end else { throw parser.unexpected(WAVEToken.Kind.end.name) }
    return value
  }

  // MARK: - Tokens

  private var tokenText: String { lexer.text(token.range) }

  private func failure(_ message: String) -> WAVEError {
    lexer.failure(message, at: token.range.lowerBound)
  }

  private func unexpected(_ expected: String) -> WAVEError {
    let isLong = token.range.count > 24
    let shown =
      switch token.kind {
      case .number, .label: isLong ? token.kind.name : tokenText
      default: token.kind.name
      }
    return failure("expected \(expected), got \(shown)")
  }

  private func mismatch(_ type: ValueType) -> WAVEError {
    unexpected(type.shortDescription)
  }

  private mutating func advance() throws(WAVEError) {
    token = try lexer.next()
  }

  private mutating func skip(_ kind: WAVEToken.Kind) throws(WAVEError) -> Bool {
    guard token.kind == kind else { return false }
    try advance()
    return true
  }

  private mutating func expect(_ kind: WAVEToken.Kind) throws(WAVEError) {
    guard try skip(kind) else { throw unexpected(kind.name) }
  }

  private func isKeyword(_ word: String) -> Bool {
    token.kind == .label && lexer.bytes[token.range].elementsEqual(word.utf8)
  }

  // MARK: - Values

  private mutating func value(_ type: ValueType) throws(WAVEError) -> Value {
    switch type {
    case .bool: return try bool()
    case .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64: return try integer(type)
    case .f32, .f64: return try float(type)
    case .char:
      guard token.kind == .character else { throw mismatch(type) }
      return try text()
    case .string:
      guard token.kind == .string || token.kind == .multilineString else { throw mismatch(type) }
      return try text()
    case .list(.u8): return try bytes()
    case .list(let element): return try list(of: element, type)
    case .tuple(let elements): return try tuple(of: elements, type)
    case .record(let fields): return try record(of: fields, type)
    case .option(let payload): return try option(of: payload, type)
    case .result(let ok, let error): return try result(ok: ok, error: error, type)
    case .variant(let cases): return try variant(of: cases, type)
    case .enumeration(let names): return .string(names[try caseIndex(among: names, type)])
    case .flags(let names): return try flags(of: names, type)
    case .own, .borrow: throw failure("a \(type.shortDescription) cannot be written as WAVE")
    }
  }

  private mutating func bool() throws(WAVEError) -> Value {
    let flag = isKeyword("true")
    guard flag || isKeyword("false") else { throw mismatch(.bool) }
    try advance()
    return .bool(flag)
  }

  private mutating func integer(_ type: ValueType) throws(WAVEError) -> Value {
    guard token.kind == .number else { throw mismatch(type) }
    let value: Value?
    do { value = try PlainText.integer(tokenText, as: type) } catch { throw failure("\(error)") }
    guard let value else { throw mismatch(type) }
    try advance()
    return value
  }

  private mutating func float(_ type: ValueType) throws(WAVEError) -> Value {
    guard token.kind == .number || isKeyword("nan") || isKeyword("inf") else { throw mismatch(type) }
    let value: Value?
    do { value = try PlainText.float(tokenText, as: type) } catch { throw failure("\(error)") }
    guard let value else { throw mismatch(type) }
    try advance()
    return value
  }

  private mutating func text() throws(WAVEError) -> Value {
    let text = try WAVEEscape.text(of: token, in: lexer)
    try advance()
    return .string(text)
  }

  // MARK: - Lists, tuples, records

  private mutating func bytes() throws(WAVEError) -> Value {
    guard try skip(.openBracket) else { throw mismatch(.list(.u8)) }
    var bytes: [UInt8] = []
    while token.kind != .closeBracket {
      if case .integer(let byte) = try integer(.u8) { bytes.append(UInt8(truncatingIfNeeded: byte)) }
      guard try separated(before: .closeBracket) else { break }
    }
    try expect(.closeBracket)
    return .bytes(bytes)
  }

  /// Reads the comma between two elements; a trailing one is allowed.
  private mutating func separated(before close: WAVEToken.Kind) throws(WAVEError) -> Bool {
    if try skip(.comma) { return true }
    guard token.kind == close else { throw unexpected("\",\" or \(close.name)") }
    return false
  }

  private mutating func list(of element: ValueType, _ type: ValueType) throws(WAVEError) -> Value {
    guard try skip(.openBracket) else { throw mismatch(type) }
    var elements: [Value] = []
    while token.kind != .closeBracket {
      elements.append(try value(element))
      guard try separated(before: .closeBracket) else { break }
    }
    try expect(.closeBracket)
    return .array(elements)
  }

  private mutating func tuple(of types: [ValueType], _ type: ValueType) throws(WAVEError) -> Value {
    guard try skip(.openParenthesis) else { throw mismatch(type) }
    var elements: [Value] = []
    for element in types {
      if token.kind == .closeParenthesis { break }
      elements.append(try value(element))
      guard try separated(before: .closeParenthesis) else { break }
    }
    guard elements.count == types.count, token.kind == .closeParenthesis else {
      let got = elements.count == types.count ? "more" : "\(elements.count)"
      throw failure("expected a tuple of \(types.count), got \(got)")
    }
    try advance()
    return .array(elements)
  }

  private mutating func record(of fields: [RecordField], _ type: ValueType) throws(WAVEError) -> Value {
    let start = token.range.lowerBound
    guard try skip(.openBrace) else { throw mismatch(type) }
    var values = [Value?](repeating: nil, count: fields.count)
    if try skip(.colon) {
      guard token.kind == .closeBrace else { throw unexpected(WAVEToken.Kind.closeBrace.name) }
    } else if token.kind == .closeBrace {
      throw failure("an empty record is written {:}")
    }
    while token.kind != .closeBrace {
      let index = try fieldIndex(in: fields)
      guard values[index] == nil else { throw failure("the field \"\(fields[index].name)\" occurs twice") }
      try advance()
      try expect(.colon)
      values[index] = try value(fields[index].type)
      guard try separated(before: .closeBrace) else { break }
    }
    var complete: [Value.Field] = []
    for (field, value) in zip(fields, values) {
      if let value {
        complete.append(Value.Field(field.name, value))
      } else if case .option = field.type {
        complete.append(Value.Field(field.name, .null))
      } else {
        throw lexer.failure("missing field \"\(field.name)\"", at: start)
      }
    }
    try expect(.closeBrace)
    return .table(complete)
  }

  private func fieldIndex(in fields: [RecordField]) throws(WAVEError) -> Int {
    guard token.kind == .label else { throw unexpected("the name of a field") }
    let (name, _) = label
    if let index = fields.firstIndex(where: { $0.name == name }) { return index }
    let names = fields.map(\.name)
    throw failure(
      "\(ValueError.Reason.unknownField(name, nearest: NearestName.of(name, among: names), known: names))")
  }

  // MARK: - Options, results, variants, enums, flags

  /// The name that the current label stands for, and whether it has the `%` that tells it from a keyword.
  private var label: (name: String, isEscaped: Bool) {
    let text = tokenText
    return text.first == "%" ? (String(text.dropFirst()), true) : (text, false)
  }

  private func caseIndex(of names: [String], _ type: ValueType) throws(WAVEError) -> Int {
    guard token.kind == .label else { throw mismatch(type) }
    let (name, isEscaped) = label
    guard let index = names.firstIndex(of: name) else {
      throw failure(
        "\(ValueError.Reason.unknownCase(name, nearest: NearestName.of(name, among: names), known: names))")
    }
    guard isEscaped || !WAVEToken.keywords.contains(name) else {
      throw failure("\"\(name)\" is a keyword: write %\(name)")
    }
    return index
  }

  private mutating func caseIndex(among names: [String], _ type: ValueType) throws(WAVEError) -> Int {
    let index = try caseIndex(of: names, type)
    try advance()
    return index
  }

  private mutating func payload(_ type: ValueType?, of name: String) throws(WAVEError) -> Value? {
    guard let type else {
      guard token.kind != .openParenthesis else { throw failure("\"\(name)\" has no payload") }
      return nil
    }
    guard try skip(.openParenthesis) else { throw unexpected("\"(\" and the payload of \"\(name)\"") }
    let payload = try value(type)
    try expect(.closeParenthesis)
    return payload
  }

  private mutating func option(of payload: ValueType, _ type: ValueType) throws(WAVEError) -> Value {
    if isKeyword("none") {
      try advance()
      _ = try self.payload(nil, of: "none")
      return .null
    }
    guard isKeyword("some") else {
      guard payload.isFlat else { throw unexpected("some(...) or none") }
      return try value(payload)
    }
    try advance()
    let inner = try self.payload(payload, of: "some") ?? .null
    guard case .option = payload else { return inner }
    return inner == .null ? .table([]) : .table([Value.Field("some", inner)])
  }

  private mutating func result(
    ok: ValueType?, error: ValueType?, _ type: ValueType
  ) throws(WAVEError) -> Value {
    for (name, payload) in [("ok", ok), ("err", error)] where isKeyword(name) {
      try advance()
      return .table([Value.Field(name, try self.payload(payload, of: name) ?? .null)])
    }
    guard let ok, ok.isFlat else { throw unexpected("ok or err") }
    return .table([Value.Field("ok", try value(ok))])
  }

  private mutating func variant(of cases: [VariantCase], _ type: ValueType) throws(WAVEError) -> Value {
    let chosen = cases[try caseIndex(among: cases.map(\.name), type)]
    guard let payload = try payload(chosen.payload, of: chosen.name) else { return .string(chosen.name) }
    return .table([Value.Field(chosen.name, payload)])
  }

  private mutating func flags(of names: [String], _ type: ValueType) throws(WAVEError) -> Value {
    guard try skip(.openBrace) else { throw mismatch(type) }
    var given: Set<String> = []
    while token.kind != .closeBrace {
      guard token.kind == .label else { throw unexpected("the name of a flag") }
      let name = label.name
      guard names.contains(name) else {
        throw failure(
          "\(ValueError.Reason.unknownCase(name, nearest: NearestName.of(name, among: names), known: names))")
      }
      guard given.insert(name).inserted else { throw failure("the flag \"\(name)\" occurs twice") }
      try advance()
      guard try separated(before: .closeBrace) else { break }
    }
    try expect(.closeBrace)
    return .array(names.filter(given.contains).map(Value.string))
  }
}

extension ValueType {
  /// Whether `some` and `ok` may be left out around a value of the type.
  fileprivate var isFlat: Bool {
    switch self {
    case .option, .result: false
    default: true
    }
  }
}
