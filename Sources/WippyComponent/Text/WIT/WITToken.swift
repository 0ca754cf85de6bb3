/// One token of WIT and the bytes where it stands.
struct WITToken: Hashable {
  enum Kind: Hashable {
    /// A name, `escaped` when it was written with `%`.
    case name(String, escaped: Bool)
    case number
    /// One of `( ) { } < > : ; , = . @ / *`, or `->` as `>` cannot begin anything.
    case symbol(String)
    case end
  }

  var kind: Kind
  var offset: Int

  /// What a message calls it.
  var description: String {
    switch kind {
    case .name(let name, let escaped): "\"\(escaped ? "%" : "")\(name)\""
    case .number: "a number"
    case .symbol(let symbol): "\"\(symbol)\""
    case .end: "the end of the text"
    }
  }

  /// Words that are names only with a `%` before them.
  static let keywords: Set<String> = [
    "as", "async", "bool", "borrow", "char", "constructor", "enum", "error-context", "export", "f32", "f64",
    "flags", "from", "func", "future", "import", "include", "interface", "list", "map", "option", "own",
    "package", "record", "resource", "result", "s16", "s32", "s64", "s8", "static", "stream", "string",
    "tuple", "type", "u16", "u32", "u64", "u8", "use", "variant", "with", "world",
  ]
}
