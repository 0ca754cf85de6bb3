/// What validation needs to know about a type without walking through it again.
struct TypeMetrics {
  /// Nodes of the type written out as a tree.
  var size = 1
  /// Levels of the type written out as a tree.
  var depth = 1
  var hasBorrow = false
  var hasResource = false
  /// Whether a resource or a named type occurs, so that substitution can change the type.
  var isReplaceable = false
  /// Whether a string or list occurs, whose content lies in memory.
  var hasPointer = false
  /// How many core values represent it; a large number stands for "too many".
  var flatCount = 1

  static let flatCountCeiling = 1_000

  /// A part of a product: a field, an element, a parameter.
  mutating func include(_ part: TypeMetrics) {
    flatCount = min(flatCount + part.flatCount, Self.flatCountCeiling)
    contain(part)
  }

  /// An alternative of a sum: its core values share their places with the other alternatives'.
  mutating func includeAlternative(_ part: TypeMetrics) {
    flatCount = max(flatCount, min(part.flatCount + 1, Self.flatCountCeiling))
    contain(part)
  }

  /// A part that does not lie within the core values of this one.
  mutating func contain(_ part: TypeMetrics) {
    size += part.size
    depth = max(depth, part.depth + 1)
    hasBorrow = hasBorrow || part.hasBorrow
    hasResource = hasResource || part.hasResource
    isReplaceable = isReplaceable || part.isReplaceable
    hasPointer = hasPointer || part.hasPointer
  }
}
