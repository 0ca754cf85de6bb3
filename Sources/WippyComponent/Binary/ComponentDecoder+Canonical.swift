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
      guard let name = Self.asynchronousBuiltIn(code) else {
        throw ComponentError(offset: offset, "\(hexadecimal(code)) is not a canonical function")
      }
      throw .asynchronous("canonical function `\(name)`", at: offset)
    }
  }

  private mutating func canonicalOptions() throws(ComponentError) -> CanonicalOptionsSyntax {
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
      case 0x06: throw .asynchronous("canonical option `async`", at: offset)
      case 0x07: throw .asynchronous("canonical option `callback`", at: offset)
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
    default: "string-encoding"
    }
  }

  private static func asynchronousBuiltIn(_ code: UInt8) -> String? {
    let names: [UInt8: String] = [
      0x05: "task.cancel", 0x06: "subtask.cancel", 0x07: "resource.drop async", 0x08: "backpressure.set",
      0x09: "task.return", 0x0a: "context.get", 0x0b: "context.set", 0x0c: "thread.yield",
      0x0d: "subtask.drop", 0x0e: "stream.new", 0x0f: "stream.read", 0x10: "stream.write",
      0x11: "stream.cancel-read", 0x12: "stream.cancel-write", 0x13: "stream.drop-readable",
      0x14: "stream.drop-writable", 0x15: "future.new", 0x16: "future.read", 0x17: "future.write",
      0x18: "future.cancel-read", 0x19: "future.cancel-write", 0x1a: "future.drop-readable",
      0x1b: "future.drop-writable", 0x1c: "error-context.new", 0x1d: "error-context.debug-message",
      0x1e: "error-context.drop", 0x1f: "waitable-set.new", 0x20: "waitable-set.wait",
      0x21: "waitable-set.poll", 0x22: "waitable-set.drop", 0x23: "waitable.join", 0x24: "backpressure.inc",
      0x25: "backpressure.dec", 0x26: "thread.index", 0x27: "thread.new-indirect",
      0x28: "thread.resume-later", 0x29: "thread.suspend", 0x2a: "thread.suspend-then-resume",
      0x2b: "thread.yield-then-resume", 0x2c: "thread.suspend-then-promote",
      0x2d: "thread.yield-then-promote",
    ]
    return names[code]
  }
}
