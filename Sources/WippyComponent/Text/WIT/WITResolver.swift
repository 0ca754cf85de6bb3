/// Replaces the names in written types by what they stand for.
struct WITResolver {
  /// Aliases of aliases could make a short text stand for a type without end.
  static let maximumSize = 10_000
  static let maximumDepth = 100

  private enum State {
    case resolving
    case resolved(ValueType, Measure)
  }

  /// How large a resolved type is: its nodes, and how deep they nest.
  private struct Measure {
    var size = 1
    var depth = 1

    mutating func include(_ part: Measure) {
      size = min(size + part.size, WITResolver.maximumSize + 1)
      depth = max(depth, part.depth + 1)
    }
  }

  private let lexer: WITLexer
  private let declarations: [String: WITTypeDeclaration]
  private let names: [String]
  private let resources: [String: ResourceType]
  private var states: [String: State] = [:]
  /// Levels of written types and names between here and the outermost one: a chain of names is deep too.
  private var nesting = 0

  init(lexer: WITLexer, declarations: [WITTypeDeclaration], resources: [String: ResourceType]) {
    self.lexer = lexer
    self.declarations = Dictionary(declarations.map { ($0.name, $0) }) { first, _ in first }
    self.resources = resources
    names = declarations.map(\.name) + resources.keys.sorted()
  }

  mutating func resolve(_ syntax: WITTypeSyntax) throws(WITError) -> ValueType {
    try resolved(syntax).0
  }

  /// The type that is declared as `name`.
  mutating func declared(_ name: String, at offset: Int) throws(WITError) -> ValueType {
    try named(name, at: offset).0
  }

  private mutating func named(_ name: String, at offset: Int) throws(WITError) -> (ValueType, Measure) {
    switch states[name] {
    case .resolved(let type, let measure): return (type, measure)
    case .resolving: throw lexer.failure("the type \"\(name)\" contains itself", at: offset)
    case nil: break
    }
    guard let declaration = declarations[name] else {
      if let resource = resources[name] { return (.own(resource), Measure()) }
      throw unknown(name, at: offset)
    }
    states[name] = .resolving
    let (type, measure) = try resolved(declaration.type)
    states[name] = .resolved(type, measure)
    return (type, measure)
  }

  private mutating func resolved(_ syntax: WITTypeSyntax) throws(WITError) -> (ValueType, Measure) {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= 2 * WITResolver.maximumDepth else { throw tooLarge(at: syntax.offset) }
    var measure = Measure()
    let type: ValueType
    switch syntax.kind {
    case .primitive(let primitive): type = primitive
    case .named(let name): return try named(name, at: syntax.offset)
    case .own(let name, let offset): type = .own(try resource(name, at: offset))
    case .borrow(let name, let offset): type = .borrow(try resource(name, at: offset))
    case .enumeration(let names): type = .enumeration(names)
    case .flags(let names): type = .flags(names)
    case .list(let element): type = .list(try part(element, &measure))
    case .option(let payload): type = .option(try part(payload, &measure))
    case .result(let ok, let error):
      type = .result(ok: try optionalPart(ok, &measure), error: try optionalPart(error, &measure))
    case .tuple(let elements):
      type = .tuple(
        try elements.map { (element) throws(WITError) -> ValueType in try part(element, &measure) })
    case .record(let fields):
      type = .record(
        try fields.map { (field) throws(WITError) -> RecordField in
          RecordField(field.name, try part(field.type, &measure))
        })
    case .variant(let cases):
      type = .variant(
        try cases.map { (chosen) throws(WITError) -> VariantCase in
          VariantCase(chosen.name, try optionalPart(chosen.payload, &measure))
        })
    }
    guard measure.size <= WITResolver.maximumSize, measure.depth <= WITResolver.maximumDepth else {
      throw tooLarge(at: syntax.offset)
    }
    return (type, measure)
  }

  private func tooLarge(at offset: Int) -> WITError {
    lexer.failure(
      "the type is too large (over \(WITResolver.maximumSize) parts, or \(WITResolver.maximumDepth) levels)",
      at: offset)
  }

  private mutating func part(
    _ syntax: WITTypeSyntax, _ measure: inout Measure
  ) throws(WITError) -> ValueType {
    let (type, size) = try resolved(syntax)
    measure.include(size)
    return type
  }

  private mutating func optionalPart(
    _ syntax: WITTypeSyntax?, _ measure: inout Measure
  ) throws(WITError) -> ValueType? {
    guard let syntax else { return nil }
    return try part(syntax, &measure)
  }

  private func resource(_ name: String, at offset: Int) throws(WITError) -> ResourceType {
    guard let resource = resources[name] else {
      if declarations[name] != nil { throw lexer.failure("\"\(name)\" is no resource", at: offset) }
      throw unknown(name, at: offset)
    }
    return resource
  }

  // MARK: - Unknown names

  /// Names of other languages, and of older WIT, with what they are here.
  private static let foreignNames = [
    "i8": "s8", "i16": "s16", "i32": "s32", "i64": "s64", "int": "s32", "integer": "s32", "long": "s64",
    "uint": "u32", "usize": "u32", "byte": "u8", "bytes": "list<u8>", "float": "f32", "float32": "f32",
    "float64": "f64", "double": "f64", "number": "f64", "boolean": "bool", "str": "string", "text": "string",
  ]

  private static let builtInNames = [
    "bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string", "list",
    "tuple", "option", "result", "record", "variant", "enum", "flags",
  ]

  private func unknown(_ name: String, at offset: Int) -> WITError {
    let nearest =
      NearestName.of(name, among: names) ?? WITResolver.foreignNames[name]
      ?? NearestName.of(name, among: WITResolver.builtInNames)
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; declare it here, or use a type of WIT"
    return lexer.failure("unknown type \"\(name)\"\(hint)", at: offset)
  }
}
