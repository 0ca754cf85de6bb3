import WippyEngine

/// The core types of values and functions. Source: CanonicalABI.md, "Flattening".
extension TypeTable {
  /// The core types that values flatten to; `nil` when they are more than fit a signature.
  func flatTypes(of reference: ValueReference) throws(ComponentError) -> [CoreValueType]? {
    switch reference {
    case .primitive(let primitive): return Self.flatTypes(of: primitive)
    case .index(let id):
      if let known = flatTypes[id] { return known }
      guard case .value(let type) = self[id], metrics(of: id).flatCount <= Signature.maximumParameters else {
        return nil
      }
      try spend(type.parts.count + 1)
      let flat = try flatTypes(of: type)
      flatTypes[id] = .some(flat)
      return flat
    }
  }

  private static func flatTypes(of primitive: PrimitiveType) -> [CoreValueType] {
    switch primitive {
    case .s64, .u64: [.i64]
    case .f32: [.f32]
    case .f64: [.f64]
    case .string: [.i32, .i32]
    default: [.i32]
    }
  }

  private func flatTypes(of type: ValueTypeSyntax) throws(ComponentError) -> [CoreValueType]? {
    switch type {
    case .primitive(let primitive): return Self.flatTypes(of: primitive)
    case .list, .map: return [.i32, .i32]
    case .flags, .enumeration, .own, .borrow, .stream, .future: return [.i32]
    case .record, .tuple: return try concatenated(type.parts)
    case .fixedList(let element, let count):
      return try concatenated(Array(repeating: element, count: min(Int(count), Signature.maximumParameters + 1)))
    case .variant, .option, .result:
      var joined: [CoreValueType]? = []
      for part in type.parts { joined = Layout.joined(joined, try flatTypes(of: part)) }
      return Layout.concatenated([.i32], joined)
    }
  }

  func concatenated(_ parts: [ValueReference]) throws(ComponentError) -> [CoreValueType]? {
    var flat: [CoreValueType]? = []
    for part in parts {
      flat = Layout.concatenated(flat, try flatTypes(of: part))
      if flat == nil { return nil }
    }
    return flat
  }
}
