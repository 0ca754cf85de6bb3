import WippyCore
import WippyTestKit

@testable import WippyComponent

/// Random types without resources, and random values of them in normal form.
struct TypeGenerator {
  var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  private static let primitives: [ValueType] = [
    .bool, .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64, .f32, .f64, .char, .string,
  ]

  /// Plain names, and names that are keywords of WAVE or WIT.
  private static let names = [
    "a", "b2", "first-name", "get-URL", "HTTP", "x-1", "true", "none", "some", "ok", "err", "inf", "nan",
    "list",
    "func", "record", "type", "base64", "last",
  ]

  mutating func type(depth: Int = 4) -> ValueType {
    if depth == 0 || Int.random(in: 0..<4, using: &random) == 0 {
      return TypeGenerator.primitives.randomElement(using: &random) ?? .bool
    }
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return .list(type(depth: depth - 1))
    case 1: return .tuple((0..<Int.random(in: 1...3, using: &random)).map { _ in type(depth: depth - 1) })
    case 2: return .record(someNames().map { RecordField($0, type(depth: depth - 1)) })
    case 3: return .variant(someNames().map { VariantCase($0, optionalType(depth: depth - 1)) })
    case 4: return .enumeration(someNames())
    case 5: return .flags(someNames())
    case 6: return .option(.option(type(depth: depth - 1)))
    case 7: return .result(ok: optionalType(depth: depth - 1), error: optionalType(depth: depth - 1))
    default: return .option(type(depth: depth - 1))
    }
  }

  private mutating func optionalType(depth: Int) -> ValueType? {
    Bool.random(using: &random) ? type(depth: depth) : nil
  }

  private mutating func someNames() -> [String] {
    Array(TypeGenerator.names.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random)))
  }

  mutating func value(_ type: ValueType) -> Value {
    switch type {
    case .bool: return .bool(.random(using: &random))
    case .s8: return .integer(Int64(Int8.random(in: .min ... .max, using: &random)))
    case .u8: return .integer(Int64(UInt8.random(in: .min ... .max, using: &random)))
    case .s16: return .integer(Int64(Int16.random(in: .min ... .max, using: &random)))
    case .u16: return .integer(Int64(UInt16.random(in: .min ... .max, using: &random)))
    case .s32: return .integer(Int64(Int32.random(in: .min ... .max, using: &random)))
    case .u32: return .integer(Int64(UInt32.random(in: .min ... .max, using: &random)))
    case .s64: return .integer(Int64.random(in: .min ... .max, using: &random))
    case .u64: return Value(unsigned: UInt64.random(in: .min ... .max, using: &random))
    case .f32: return .float(Double(Float(bitPattern: UInt32.random(in: .min ... .max, using: &random))))
    case .f64: return .float(double())
    case .char: return .string(String(Character(scalar())))
    case .string: return .string(string())
    case .list(.u8): return .bytes((0..<count()).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    case .list(let element): return .array((0..<count()).map { _ in value(element) })
    case .tuple(let elements): return .array(elements.map { value($0) })
    case .record(let fields): return .table(fields.map { Value.Field($0.name, value($0.type)) })
    case .variant(let cases): return value(of: cases)
    case .enumeration(let names): return .string(names.randomElement(using: &random) ?? "")
    case .flags(let names): return .array(names.filter { _ in Bool.random(using: &random) }.map(Value.string))
    case .option(let payload): return option(of: payload)
    case .result(let ok, let error):
      let isOk = Bool.random(using: &random)
      let payload = (isOk ? ok : error).map { value($0) } ?? .null
      return .table([Value.Field(isOk ? "ok" : "err", payload)])
    case .own, .borrow: return .null
    }
  }

  private mutating func option(of payload: ValueType) -> Value {
    guard Bool.random(using: &random) else { return .null }
    let inner = value(payload)
    guard case .option = payload else { return inner }
    return inner == .null ? .table([]) : .table([Value.Field("some", inner)])
  }

  private mutating func value(of cases: [VariantCase]) -> Value {
    guard let chosen = cases.randomElement(using: &random) else { return .null }
    guard let payload = chosen.payload else { return .string(chosen.name) }
    return .table([Value.Field(chosen.name, value(payload))])
  }

  private mutating func count() -> Int { Int.random(in: 0...4, using: &random) }

  private mutating func double() -> Double {
    let special: [Double] = [0, -0.0, .nan, .infinity, -.infinity, 1, -2, 1e300, .leastNonzeroMagnitude, 0.1]
    if Bool.random(using: &random) { return special.randomElement(using: &random) ?? 0 }
    return Double(bitPattern: random.next())
  }

  private mutating func scalar() -> Unicode.Scalar {
    let special: [Unicode.Scalar] = [
      "\"", "'", "\\", "\n", "\r", "\t", "\0", "/", "a", "ä", "\u{301}", "\u{202E}", "\u{200D}", "🌊",
      "\u{10FFFF}",
    ]
    if Bool.random(using: &random) { return special.randomElement(using: &random) ?? "a" }
    return Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) ?? "b"
  }

  private mutating func string() -> String {
    var text = ""
    for _ in 0..<count() { text.unicodeScalars.append(scalar()) }
    return text
  }
}

extension Value {
  /// Equality byte by byte and bit by bit: NaN is NaN, -0 is not 0, and no two texts are one.
  func isIdentical(to other: Value) -> Bool {
    switch (self, other) {
    case (.float(let left), .float(let right)):
      (left.isNaN && right.isNaN) || left.bitPattern == right.bitPattern
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isIdentical(to: $1) }
    case (.table(let left), .table(let right)):
      left.count == right.count
        && zip(left, right).allSatisfy { $0.key == $1.key && $0.value.isIdentical(to: $1.value) }
    default: self == other
    }
  }
}
