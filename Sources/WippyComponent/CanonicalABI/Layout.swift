import WippyEngine

/// How a value type stands in memory and in core values: the canonical ABI's size, alignment and flattening.
///
/// Source: the component-model repository, design/mvp/CanonicalABI.md ("Alignment", "Element Size",
/// "Flattening"). Immutable, made once for each type of a plan.
package final class Layout: Sendable {
  package let type: ValueType
  /// Bytes; at least 1.
  package let size: UInt32
  /// 1, 2, 4 or 8.
  package let alignment: UInt32
  /// The core types that the value flattens to; `nil` when they are more than 16, which never fit a signature.
  package let flat: [CoreValueType]?
  package let shape: Shape
  /// Whether a value may need memory of its own besides its place: whether it holds a string or a list.
  package let needsAllocation: Bool
  /// Whether every pattern of its bytes is a value and means itself: numbers, and records of them without padding.
  let isCopyable: Bool

  /// What `shape` is, without its parts: asking counts no references.
  let kind: Kind
  /// The fields of a product; empty for all others.
  let fields: [ProductField]

  enum Kind: Sendable {
    case bool, u8, s8, u16, s16, u32, s32, u64, s64, float32, float64, char, string, list, record, tuple, variant, flags
    case handle

    var isInteger: Bool {
      switch self {
      case .u8, .s8, .u16, .s16, .u32, .s32, .u64, .s64: true
      default: false
      }
    }
  }

  package enum Shape: Sendable {
    case bool
    /// An integer of `bytes` bytes.
    case integer(bytes: UInt32, signed: Bool)
    case float32
    case float64
    case char
    case string
    case list(Layout)
    /// A record or a tuple.
    case product([ProductField])
    case variant(VariantShape)
    case flags(names: [String], bytes: UInt32)
    case handle(ResourceType, owned: Bool)
  }

  /// One field of a record or tuple.
  package struct ProductField: Sendable {
    /// `nil` in tuples.
    package let name: String?
    /// The name, or nothing.
    let key: String
    package let layout: Layout
    package let offset: UInt32

    init(name: String?, layout: Layout, offset: UInt32) {
      self.name = name
      key = name ?? ""
      self.layout = layout
      self.offset = offset
    }
  }

  /// A variant, enum, option or result.
  package struct VariantShape: Sendable {
    package let style: VariantStyle
    package let cases: [(name: String, payload: Layout?)]
    package let discriminantBytes: UInt32
    package let payloadOffset: UInt32
  }

  package enum VariantStyle: Sendable {
    case variant
    case enumeration
    case result
    case option
    /// An option of an option, whose values say `some` in words.
    case optionOfOption
  }

  private init(type: ValueType, size: UInt32, alignment: UInt32, flat: [CoreValueType]?, shape: Shape) {
    self.type = type
    self.size = size
    self.alignment = alignment
    self.flat = flat
    self.shape = shape
    kind = Kind(shape)
    fields = if case .product(let fields) = shape { fields } else { [] }
    switch shape {
    case .string, .list: (needsAllocation, isCopyable) = (true, false)
    case .product(let fields):
      needsAllocation = fields.contains { $0.layout.needsAllocation }
      isCopyable =
        fields.allSatisfy { $0.layout.isCopyable } && fields.reduce(0) { $0 + $1.layout.size } == size
    case .variant(let variant):
      (needsAllocation, isCopyable) = (variant.cases.contains { $0.payload?.needsAllocation ?? false }, false)
    case .integer, .float32, .float64: (needsAllocation, isCopyable) = (false, true)
    case .flags(let names, let bytes): (needsAllocation, isCopyable) = (false, names.count == bytes * 8)
    case .bool, .char, .handle: (needsAllocation, isCopyable) = (false, false)
    }
  }

  package convenience init(_ type: ValueType) throws(ABIViolation) {
    func scalar(_ bytes: UInt32, _ core: CoreValueType, _ shape: Shape) -> Parts {
      Parts(size: bytes, alignment: bytes, flat: [core], shape: shape)
    }
    let parts: Parts =
      switch type {
      case .bool: scalar(1, .i32, .bool)
      case .s8: scalar(1, .i32, .integer(bytes: 1, signed: true))
      case .u8: scalar(1, .i32, .integer(bytes: 1, signed: false))
      case .s16: scalar(2, .i32, .integer(bytes: 2, signed: true))
      case .u16: scalar(2, .i32, .integer(bytes: 2, signed: false))
      case .s32: scalar(4, .i32, .integer(bytes: 4, signed: true))
      case .u32: scalar(4, .i32, .integer(bytes: 4, signed: false))
      case .s64: scalar(8, .i64, .integer(bytes: 8, signed: true))
      case .u64: scalar(8, .i64, .integer(bytes: 8, signed: false))
      case .f32: scalar(4, .f32, .float32)
      case .f64: scalar(8, .f64, .float64)
      case .char: scalar(4, .i32, .char)
      case .string: Parts(size: 8, alignment: 4, flat: [.i32, .i32], shape: .string)
      case .list(let element):
        Parts(size: 8, alignment: 4, flat: [.i32, .i32], shape: .list(try Layout(element)))
      case .record(let fields):
        try Parts(product: fields.map { (name: $0.name, type: $0.type) })
      case .tuple(let types):
        try Parts(product: types.map { (name: nil, type: $0) })
      case .variant(let cases):
        try Parts(cases: cases.map { ($0.name, $0.payload) }, style: .variant)
      case .enumeration(let names):
        try Parts(cases: names.map { ($0, nil) }, style: .enumeration)
      case .option(let payload):
        if case .option = payload {
          try Parts(cases: [("none", nil), ("some", payload)], style: .optionOfOption)
        } else {
          try Parts(cases: [("none", nil), ("some", payload)], style: .option)
        }
      case .result(let ok, let error):
        try Parts(cases: [("ok", ok), ("err", error)], style: .result)
      case .flags(let names):
        try Parts(flags: names)
      case .own(let resource): scalar(4, .i32, .handle(resource, owned: true))
      case .borrow(let resource): scalar(4, .i32, .handle(resource, owned: false))
      }
    self.init(
      type: type, size: parts.size, alignment: parts.alignment, flat: parts.flat, shape: parts.shape)
  }

  /// The bounds of a component's types keep sizes far below this.
  private static func align(_ offset: UInt64, to alignment: UInt32) -> UInt64 {
    (offset + UInt64(alignment) - 1) / UInt64(alignment) * UInt64(alignment)
  }

  private static let maximumSize: UInt64 = 1 << 30

  private struct Parts {
    var size: UInt32
    var alignment: UInt32
    var flat: [CoreValueType]?
    var shape: Shape

    init(size: UInt32, alignment: UInt32, flat: [CoreValueType]?, shape: Shape) {
      self.size = size
      self.alignment = alignment
      self.flat = flat
      self.shape = shape
    }

    init(product members: [(name: String?, type: ValueType)]) throws(ABIViolation) {
      var offset: UInt64 = 0
      var alignment: UInt32 = 1
      var flat: [CoreValueType]? = []
      var fields: [ProductField] = []
      for member in members {
        let layout = try Layout(member.type)
        offset = Layout.align(offset, to: layout.alignment)
        fields.append(ProductField(name: member.name, layout: layout, offset: UInt32(truncatingIfNeeded: offset)))
        offset += UInt64(layout.size)
        guard offset < Layout.maximumSize else { throw ABIViolation("a type is larger than 1 GiB") }
        alignment = max(alignment, layout.alignment)
        flat = Layout.concatenated(flat, layout.flat)
      }
      self.init(
        size: UInt32(Layout.align(offset, to: alignment)), alignment: alignment, flat: flat,
        shape: .product(fields))
    }

    init(cases members: [(String, ValueType?)], style: VariantStyle) throws(ABIViolation) {
      var cases: [(name: String, payload: Layout?)] = []
      var size: UInt32 = 0
      var payloadAlignment: UInt32 = 1
      var joined: [CoreValueType]? = []
      for (name, type) in members {
        var payload: Layout?
        if let type {
          let layout = try Layout(type)
          size = max(size, layout.size)
          payloadAlignment = max(payloadAlignment, layout.alignment)
          joined = Layout.joined(joined, layout.flat)
          payload = layout
        }
        cases.append((name, payload))
      }
      let discriminantBytes: UInt32 =
        members.count <= 1 << 8 ? 1 : members.count <= 1 << 16 ? 2 : 4
      let payloadOffset = UInt32(Layout.align(UInt64(discriminantBytes), to: payloadAlignment))
      let alignment = max(discriminantBytes, payloadAlignment)
      let total = Layout.align(UInt64(payloadOffset) + UInt64(size), to: alignment)
      guard total < Layout.maximumSize else { throw ABIViolation("a type is larger than 1 GiB") }
      self.init(
        size: UInt32(total), alignment: alignment, flat: Layout.concatenated([.i32], joined),
        shape: .variant(
          VariantShape(
            style: style, cases: cases, discriminantBytes: discriminantBytes, payloadOffset: payloadOffset)))
    }

    init(flags names: [String]) throws(ABIViolation) {
      guard names.count <= 32 else { throw ABIViolation("a flags type has more than 32 names") }
      let bytes: UInt32 = names.count <= 8 ? 1 : names.count <= 16 ? 2 : 4
      self.init(size: bytes, alignment: bytes, flat: [.i32], shape: .flags(names: names, bytes: bytes))
    }
  }

  static func concatenated(_ left: [CoreValueType]?, _ right: [CoreValueType]?) -> [CoreValueType]? {
    guard let left, let right, left.count + right.count <= Signature.maximumParameters else { return nil }
    return left + right
  }

  /// Unites the core types of two cases of a variant.
  static func joined(_ left: [CoreValueType]?, _ right: [CoreValueType]?) -> [CoreValueType]? {
    guard let left, let right else { return nil }
    var joined: [CoreValueType] = []
    for index in 0..<max(left.count, right.count) {
      guard index < left.count else {
        joined.append(right[index])
        continue
      }
      guard index < right.count else {
        joined.append(left[index])
        continue
      }
      joined.append(join(left[index], right[index]))
    }
    return joined
  }

  private static func join(_ left: CoreValueType, _ right: CoreValueType) -> CoreValueType {
    if left == right { return left }
    switch (left, right) {
    case (.i32, .f32), (.f32, .i32): return .i32
    default: return .i64
    }
  }
}

extension Layout.Kind {
  init(_ shape: Layout.Shape) {
    self =
      switch shape {
      case .bool: .bool
      case .integer(1, let signed): signed ? .s8 : .u8
      case .integer(2, let signed): signed ? .s16 : .u16
      case .integer(4, let signed): signed ? .s32 : .u32
      case .integer(_, let signed): signed ? .s64 : .u64
      case .float32: .float32
      case .float64: .float64
      case .char: .char
      case .string: .string
      case .list: .list
      case .product(let fields): fields.first?.name == nil ? .tuple : .record
      case .variant: .variant
      case .flags: .flags
      case .handle: .handle
      }
  }
}
