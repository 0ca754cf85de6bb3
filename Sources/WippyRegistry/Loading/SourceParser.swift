import WippyCore
import WippyYAML
import Yams

/// Parses YAML, and with it JSON, into nodes with positions.
///
/// Nothing that a file holds crashes, hangs, or takes much more memory than the file: its size, its nesting, and what
/// its aliases stand for are bounded.
struct SourceParser {
  /// How deep values may be nested.
  static let depthLimit = 200
  /// How many values a file may have, aliases written out.
  static let nodeLimit = 500_000

  /// The file's name in positions.
  let file: String
  private var nodes = 0

  private init(file: String) { self.file = file }

  /// The file's only document; `nil` when it is empty. The error is the one problem that stopped the parser.
  static func parse(_ bytes: [UInt8], file: String) -> Result<SourceNode?, SourceProblem> {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(
        SourceProblem(invalidUTF8(bytes, file: file), "the file is not UTF-8 text: save it as UTF-8"))
    }
    if let nul = bytes.firstIndex(of: 0) {
      return .failure(
        SourceProblem(position(of: nul, in: bytes, file: file), "the file has a NUL byte: remove it"))
    }
    let budget = AliasBudget(bytes)
    guard !budget.isExceeded else {
      return .failure(
        SourceProblem(
          SourcePosition(file: file),
          "the aliases of this file stand for more than \(AliasBudget.limit >> 20) MiB: write fewer aliases inside "
            + "each other, and give each anchor its own name"))
    }
    // A value of two bytes takes hundreds of them once it is parsed.
    let marks = bytes.count { $0 == 0x2C || $0 == 0x5B || $0 == 0x7B || $0 == 0x0A }
    guard marks <= nodeLimit else {
      return .failure(
        SourceProblem(
          SourcePosition(file: file), "the file has more than \(nodeLimit) values or lines: split it"))
    }
    // Nodes that hold each other through aliases can be deeper than any text; they are freed recursively.
    guard budget.chainLength > 2 else { return compose(text, file: file) }
    return DeepStack.run { compose(text, file: file) }
  }

  private static func compose(_ text: String, file: String) -> Result<SourceNode?, SourceProblem> {
    do {
      // The default encoding would look into the environment; the default resolver runs regular expressions; and
      // the default constructor has tables of types that nodes do without.
      let parser = try Parser(
        yaml: text, resolver: .basic, constructor: Constructor([:], [:], [:]), encoding: .utf8)
      guard let root = try parser.singleRoot() else { return .success(nil) }
      var converter = SourceParser(file: file)
      return .success(try converter.convert(root, depth: 0))
    } catch let problem as SourceProblem {
      return .failure(problem)
    } catch let error as YamlError {
      return .failure(SourceProblem(error, file: file))
    } catch {
      return .failure(SourceProblem(SourcePosition(file: file), "cannot parse the file: \(error)"))
    }
  }

  private mutating func convert(_ node: Node, depth: Int) throws(SourceProblem) -> SourceNode {
    let position = position(of: node)
    nodes += 1
    guard nodes <= Self.nodeLimit else {
      throw SourceProblem(
        position, "the file has more than \(Self.nodeLimit) values, aliases written out: split it")
    }
    guard depth < Self.depthLimit else {
      throw SourceProblem(
        position, "values are nested more than \(Self.depthLimit) levels deep: make it flatter")
    }
    switch node {
    case .scalar(let scalar):
      return SourceNode(.scalar(try convert(scalar, at: position)), at: position)
    case .sequence(let sequence):
      var items: [SourceNode] = []
      items.reserveCapacity(sequence.count)
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return SourceNode(.sequence(items), at: position)
    case .mapping(let mapping):
      return SourceNode(.mapping(try convert(mapping, depth: depth)), at: position)
    case .alias:
      throw SourceProblem(position, "an alias has no anchor")
    }
  }

  private func convert(_ scalar: Node.Scalar, at position: SourcePosition) throws(SourceProblem)
    -> SourceScalar
  {
    let isPlain = scalar.style == .plain
    let text = scalar.string
    switch scalar.tag.description {
    case "", "!":
      let value = isPlain ? ScalarResolution.value(ofPlain: text) : Value.string(text)
      return SourceScalar(text: text, value: value, isPlain: isPlain)
    case "tag:yaml.org,2002:str":
      return SourceScalar(text: text, value: .string(text), isPlain: false)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
      "tag:yaml.org,2002:null":
      return SourceScalar(text: text, value: ScalarResolution.value(ofPlain: text), isPlain: true)
    case let tag:
      throw SourceProblem(position, "the tag `\(shortened(tag))` means nothing here: remove it")
    }
  }

  private mutating func convert(_ mapping: Node.Mapping, depth: Int) throws(SourceProblem) -> [SourcePair] {
    var pairs: [SourcePair] = []
    pairs.reserveCapacity(mapping.count)
    var merges: [SourceNode] = []
    for (key, value) in mapping {
      let keyPosition = position(of: key)
      guard case .scalar(let scalar) = key else {
        throw SourceProblem(keyPosition, "a key is a list or a map: write a word")
      }
      let converted = try convert(value, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        merges.append(converted)
      } else {
        pairs.append(SourcePair(key: scalar.string, keyPosition: keyPosition, value: converted))
      }
    }
    guard !merges.isEmpty else { return pairs }
    return try merged(merges, into: pairs)
  }

  /// Merge keys: a key of the map itself wins, then the earlier map.
  private func merged(_ merges: [SourceNode], into own: [SourcePair]) throws(SourceProblem) -> [SourcePair] {
    var pairs = own
    var keys = Set(own.map(\.key))
    for merge in merges {
      for source in merge.items ?? [merge] {
        guard let additions = source.pairs else {
          throw SourceProblem(
            merge.position, "`<<` merges maps: write an alias of a map, or a list of such aliases")
        }
        for pair in additions where keys.insert(pair.key).inserted { pairs.append(pair) }
      }
    }
    return pairs
  }

  private func position(of node: Node) -> SourcePosition {
    SourcePosition(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func invalidUTF8(_ bytes: [UInt8], file: String) -> SourcePosition {
    // The longest valid start ends where decoding first has to repair something.
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    decoding: while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: break decoding
      }
    }
    return position(of: min(offset, bytes.count), in: bytes, file: file)
  }

  private static func position(of offset: Int, in bytes: [UInt8], file: String) -> SourcePosition {
    let before = bytes[..<offset]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // Continuation bytes are no characters of their own.
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    return SourcePosition(file: file, line: line, column: column)
  }
}
