extension ComponentDecoder {
  mutating func canonical() throws(ComponentError) -> CanonicalSyntax {
    let offset = reader.position
    let code = try reader.byte("a canonical function's form")
    switch code {
    case 0x00:
      try reader.expect(0x00, "the sort of `canon lift`")
      let function = try reader.u32("a core function index")
      let options = try canonicalOptions()
      return .lift(coreFunction: function, options: options, type: try reader.u32("a type index"))
    case 0x01:
      try reader.expect(0x00, "the sort of `canon lower`")
      let function = try reader.u32("a function index")
      return .lower(function: function, options: try canonicalOptions())
    case 0x02: return .resourceNew(type: try reader.u32("a type index"))
    case 0x03: return .resourceDrop(type: try reader.u32("a type index"))
    case 0x04: return .resourceRep(type: try reader.u32("a type index"))
    case 0x40...0x42: throw .unsupported("threads (canonical function \(hexadecimal(code)))", at: offset)
    default:
      guard let name = AsynchronousBuiltIn.name(code) else {
        throw ComponentError(offset: offset, "\(hexadecimal(code)) is not a canonical function")
      }
      try requireDrafts(.asynchronous("canonical function `\(name)`", at: offset))
      guard let builtIn = try AsynchronousBuiltIn.read(code, &self) else {
        throw ComponentError(offset: offset, "\(hexadecimal(code)) is not a canonical function")
      }
      return .asynchronous(builtIn)
    }
  }

  mutating func canonicalOptions() throws(ComponentError) -> CanonicalOptionsSyntax {
    var options = CanonicalOptionsSyntax()
    var hasEncoding = false
    for _ in 0..<(try reader.count(of: "canonical options")) {
      let offset = reader.position
      let code = try reader.byte("a canonical option")
      let isRepeated: Bool
      switch code {
      case 0x00...0x02:
        isRepeated = hasEncoding
        hasEncoding = true
        options.encoding = StringEncoding(rawValue: code) ?? .utf8
      case 0x03:
        isRepeated = options.memory != nil
        options.memory = try reader.u32("a memory index")
      case 0x04:
        isRepeated = options.realloc != nil
        options.realloc = try reader.u32("a core function index")
      case 0x05:
        isRepeated = options.postReturn != nil
        options.postReturn = try reader.u32("a core function index")
      case 0x06:
        try requireDrafts(.asynchronous("canonical option `async`", at: offset))
        isRepeated = options.isAsync
        options.isAsync = true
      case 0x07:
        try requireDrafts(.asynchronous("canonical option `callback`", at: offset))
        isRepeated = options.callback != nil
        options.callback = try reader.u32("a core function index")
      case 0x08, 0x09: throw .unsupported("canonical options for garbage-collected types", at: offset)
      default: throw ComponentError(offset: offset, "\(hexadecimal(code)) is not a canonical option")
      }
      if isRepeated {
        throw ComponentError(offset: offset, "canonical option `\(Self.optionName(code))` is given twice")
      }
    }
    return options
  }

  private static func optionName(_ code: UInt8) -> String {
    switch code {
    case 0x03: "memory"
    case 0x04: "realloc"
    case 0x05: "post-return"
    case 0x06: "async"
    case 0x07: "callback"
    default: "string-encoding"
    }
  }
}
