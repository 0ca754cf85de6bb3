import WippyCore
import Yams

/// Reads YAML that nobody has vouched for into a value, without positions.
///
/// Nothing that a text holds crashes, or takes much more memory than the text: its size, its nesting, its values and what
/// its aliases stand for are bounded.
package struct YAMLDecoder {
  /// Bytes of a text.
  package static let sizeLimit = 4 << 20
  /// How deep values may be nested.
  package static let depthLimit = 128
  /// Values, aliases written out.
  package static let valueLimit = 100_000

  /// Marks of keys that are lists or maps. The parser compares such keys by all that they hold: nested ones take time with the
  /// square of their depth, and none of them can become a value.
  private static let keyMarkLimit = 500

  private var values = 0

  private init() {}

  /// The text's only document; null when it is empty.
  package static func decode(_ bytes: [UInt8]) throws(YAMLError) -> Value {
    guard bytes.count <= sizeLimit else { throw YAMLError("the text is longer than \(sizeLimit >> 20) MiB") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw YAMLError("the text is not valid UTF-8") }
    guard !bytes.contains(0) else { throw YAMLError("the text has a NUL byte") }
    let budget = AliasBudget(bytes)
    guard !budget.isExceeded else { throw YAMLError("the aliases stand for more than \(AliasBudget.limit >> 20) MiB") }
    let marks = bytes.count { $0 == 0x2c || $0 == 0x5b || $0 == 0x7b || $0 == 0x0a }
    guard marks <= valueLimit else { throw YAMLError("more than \(valueLimit) values or lines") }
    guard keyMarks(bytes) <= keyMarkLimit else {
      throw YAMLError("more than \(keyMarkLimit) of `? `, `]:` and `}:`: write keys that are words, or JSON")
    }
    // The parser recurses, and so do its values when they are freed.
    let isDeep = budget.chainLength > 0 || mayNest(bytes)
    return try (isDeep ? DeepStack.run { compose(text) } : compose(text)).get()
  }

  /// How often `? `, `]:` or `}:` stands there, in texts too.
  private static func keyMarks(_ bytes: [UInt8]) -> Int {
    var count = 0
    var last: UInt8 = 0
    var lastMark: UInt8 = 0
    for byte in bytes {
      let isSpace = byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
      if last == UInt8(ascii: "?"), isSpace { count += 1 }
      if byte == UInt8(ascii: ":"), lastMark == UInt8(ascii: "]") || lastMark == UInt8(ascii: "}") { count += 1 }
      if !isSpace { lastMark = byte }
      last = byte
    }
    return count
  }

  /// Whether values might be nested deeper than any stack holds.
  private static func mayNest(_ bytes: [UInt8]) -> Bool {
    let limit = 64
    var brackets = 0
    var indicators = 0
    var indentation = 0
    var isAtStart = true
    for byte in bytes {
      switch byte {
      case 0x0a:
        (indicators, indentation, isAtStart) = (0, 0, true)
        continue
      case 0x20 where isAtStart: indentation += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
      case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): indicators += 1
      default: break
      }
      if byte != 0x20 { isAtStart = false }
      if brackets > limit || indicators > limit || indentation > limit { return true }
    }
    return false
  }

  private static func compose(_ text: String) -> Result<Value, YAMLError> {
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else { return .success(.null) }
      var decoder = YAMLDecoder()
      return .success(try decoder.convert(root, depth: 0))
    } catch let error as YAMLError {
      return .failure(error)
    } catch let error as YamlError {
      return .failure(YAMLError("\(error)"))
    } catch {
      return .failure(YAMLError("\(error)"))
    }
  }

  private mutating func convert(_ node: Node, depth: Int) throws(YAMLError) -> Value {
    values += 1
    guard values <= YAMLDecoder.valueLimit else {
      throw YAMLError("more than \(YAMLDecoder.valueLimit) values, aliases written out")
    }
    guard depth < YAMLDecoder.depthLimit else {
      throw YAMLError("nested more than \(YAMLDecoder.depthLimit) levels deep")
    }
    switch node {
    case .scalar(let scalar): return convert(scalar)
    case .sequence(let sequence):
      var items: [Value] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return .array(items)
    case .mapping(let mapping): return .table(try convert(mapping, depth: depth))
    case .alias: throw YAMLError("an alias has no anchor")
    }
  }

  private func convert(_ scalar: Node.Scalar) -> Value {
    switch scalar.tag.description {
    case "", "!": scalar.style == .plain ? ScalarResolution.value(ofPlain: scalar.string) : .string(scalar.string)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
      ScalarResolution.value(ofPlain: scalar.string)
    default: .string(scalar.string)
    }
  }

  private mutating func convert(_ mapping: Node.Mapping, depth: Int) throws(YAMLError) -> [Value.Field] {
    var fields: [Value.Field] = []
    var keys: Set<String> = []
    var merges: [Value] = []
    for (key, node) in mapping {
      guard case .scalar(let name) = key else { throw YAMLError("a key is a list or a map: write a word") }
      let value = try convert(node, depth: depth + 1)
      if name.string == "<<", name.style == .plain {
        merges.append(value)
      } else if keys.insert(name.string).inserted {
        fields.append(Value.Field(name.string, value))
      }
    }
    // A key of the map itself wins, then the earlier map.
    for merge in merges {
      let sources: [Value] = if case .array(let list) = merge { list } else { [merge] }
      for source in sources {
        guard case .table(let additions) = source else { throw YAMLError("`<<` merges maps") }
        for field in additions where keys.insert(field.key).inserted { fields.append(field) }
      }
    }
    return fields
  }
}

/// Why a text is not read as YAML.
package struct YAMLError: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
