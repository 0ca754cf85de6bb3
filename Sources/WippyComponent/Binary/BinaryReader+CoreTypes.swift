import WippyEngine

extension BinaryReader {
  /// A type with its supertypes; `nil` when it is not a plain function type.
  mutating func coreSubtype() throws(ComponentError) -> CoreFunctionType? {
    let code = try peek("a type")
    guard code == 0x50 || code == 0x4f else { return try coreCompositeType() }
    try skip(1, "a subtype")
    for _ in 0..<(try count(of: "supertypes")) { _ = try u32("a supertype's index") }
    _ = try coreCompositeType()
    return nil
  }

  private mutating func coreCompositeType() throws(ComponentError) -> CoreFunctionType? {
    let offset = position
    switch try byte("a type") {
    case 0x60:
      let parameters = try coreValueTypes("parameters")
      let results = try coreValueTypes("results")
      guard let parameters, let results else { return nil }
      return CoreFunctionType(parameters: parameters, results: results)
    case 0x5f:
      for _ in 0..<(try count(of: "fields")) { try coreField() }
      return nil
    case 0x5e:
      try coreField()
      return nil
    case let other: throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a type")
    }
  }

  private mutating func coreField() throws(ComponentError) {
    let code = try peek("a field's type")
    if code == 0x78 || code == 0x77 {
      try skip(1, "a packed type")
    } else {
      _ = try coreValueType()
    }
    _ = try flag("a field's mutability")
  }

  /// `nil` when one of the types has no plain form.
  private mutating func coreValueTypes(_ what: String) throws(ComponentError) -> [CoreValueType]? {
    var types: [CoreValueType]? = []
    for _ in 0..<(try count(of: what)) {
      if let type = try coreValueType() { types?.append(type) } else { types = nil }
    }
    return types
  }

  mutating func coreValueType() throws(ComponentError) -> CoreValueType? {
    let offset = position
    let code = try byte("a value type")
    if let type = CoreValueType(rawValue: code) { return type }
    switch code {
    case 0x63, 0x64:
      _ = try s33("a heap type")
      return nil
    case 0x68...0x74: return nil
    default: throw ComponentError(offset: offset, "\(hexadecimal(code)) is not a value type")
    }
  }
}
