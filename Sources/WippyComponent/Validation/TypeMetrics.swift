/// What validation needs to know about a type without walking through it again.
struct TypeMetrics {
  /// Nodes of the type written out as a tree.
  var size = 1
  /// Levels of the type written out as a tree.
  var depth = 1
  /// The same with the names of types: how far substitution may have to go down.
  var walkDepth = 1
  var hasBorrow = false
  var hasResource = false
  /// Whether a resource or a named type occurs, so that substitution can change the type.
  var isReplaceable = false
  /// Whether a string or list occurs, whose content lies in memory.
  var hasPointer = false
  /// How many core values represent it; a large number stands for "too many".
  var flatCount = 1

  /// The size of a value in a memory with 64-bit addresses, which the specification bounds for all of them.
  var bytes: UInt64 = 1
  var alignment: UInt64 = 1

  static let flatCountCeiling = 1_000
  /// CanonicalABI.md, "Element Size".
  static let bytesLimit: UInt64 = 1 << 28

  /// A part of a product: a field, an element, a parameter.
  mutating func include(_ part: TypeMetrics) {
    flatCount = min(flatCount + part.flatCount, Self.flatCountCeiling)
    bytes = min(Self.aligned(bytes, to: part.alignment) + part.bytes, Self.bytesLimit)
    alignment = max(alignment, part.alignment)
    contain(part)
  }

  /// An alternative of a sum: its core values share their places with the other alternatives'.
  mutating func includeAlternative(_ part: TypeMetrics) {
    flatCount = max(flatCount, min(part.flatCount + 1, Self.flatCountCeiling))
    bytes = max(bytes, part.bytes)
    alignment = max(alignment, part.alignment)
    contain(part)
  }

  // MARK: Sizes

  mutating func setScalar(_ size: UInt64) {
    bytes = size
    alignment = size
  }

  mutating func alignSize() { bytes = Self.aligned(bytes, to: alignment) }

  /// `bytes` is the size of the largest case.
  mutating func prefixDiscriminant() {
    // Only the size of large types matters: those have a discriminant of four bytes at most.
    bytes = Self.aligned(4, to: alignment) + bytes
    alignment = max(alignment, 4)
    alignSize()
  }

  /// A list of a fixed length.
  mutating func `repeat`(_ element: TypeMetrics, count: UInt64) {
    contain(element)
    let (product, overflow) = element.bytes.multipliedReportingOverflow(by: count)
    bytes = overflow ? Self.bytesLimit : min(product, Self.bytesLimit)
    alignment = element.alignment
    flatCount = Int(min(UInt64(element.flatCount) * count, UInt64(Self.flatCountCeiling)))
  }

  private static func aligned(_ size: UInt64, to alignment: UInt64) -> UInt64 {
    (size + alignment - 1) / alignment * alignment
  }

  /// A part that does not lie within the core values of this one.
  mutating func contain(_ part: TypeMetrics) {
    size += part.size
    depth = max(depth, part.depth + 1)
    walkDepth = max(walkDepth, part.walkDepth + 1)
    hasBorrow = hasBorrow || part.hasBorrow
    hasResource = hasResource || part.hasResource
    isReplaceable = isReplaceable || part.isReplaceable
    hasPointer = hasPointer || part.hasPointer
  }
}

extension PrimitiveType {
  /// The size of a value, which is its alignment as well; that of a string's pointer.
  var bytes: UInt64 {
    switch self {
    case .bool, .s8, .u8: 1
    case .s16, .u16: 2
    case .s32, .u32, .f32, .char, .errorContext: 4
    case .s64, .u64, .f64, .string: 8
    }
  }
}
