import WippyEngine

extension ComponentDecoder {
  mutating func coreType() throws(ComponentError) -> CoreTypeSyntax {
    guard try reader.peek("a core type") == 0x50 else { return .function(try coreDefinedType()) }
    try reader.skip(1, "a core module type")
    return .module(
      try nesting("types") { (decoder) throws(ComponentError) in
        try decoder.vector(of: "declarations", minimumSize: 2) { (decoder) throws(ComponentError) in
          try decoder.coreModuleDeclaration()
        }
      })
  }

  /// `nil` for a type that is no plain function type. A subtype has a zero before it here, because its own code
  /// is that of module types.
  private mutating func coreDefinedType() throws(ComponentError) -> CoreFunctionType? {
    let offset = reader.position
    switch try reader.peek("a core type") {
    case 0x00:
      try reader.skip(1, "the prefix of a core subtype")
      guard try reader.peek("a core type") == 0x50 else {
        throw reader.failure("0x50 should follow the prefix 0x00 of a core type")
      }
    case 0x4e: throw .unsupported("recursive groups of core types in components", at: offset)
    case 0x60, 0x4f, 0x5e, 0x5f: break
    case let other: throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a core type")
    }
    return try reader.coreSubtype()
  }

  private mutating func coreValueType() throws(ComponentError) -> CoreValueType {
    let offset = reader.position
    let byte = try reader.byte("a core value type")
    if let type = CoreValueType(rawValue: byte) { return type }
    switch byte {
    case 0x63...0x74: throw .unsupported("core reference types other than funcref and externref", at: offset)
    default: throw ComponentError(offset: offset, "\(hexadecimal(byte)) is not a core value type")
    }
  }

  private mutating func coreModuleDeclaration() throws(ComponentError) -> CoreModuleDeclaration {
    try countDefinition()
    let offset = reader.position
    switch try reader.byte("a declaration of a module type") {
    case 0x00:
      let module = try reader.name("an import's module")
      let name = try reader.name("an import's name")
      return .import(module: module, name: name, try coreExternType())
    case 0x01: return .type(.function(try coreDefinedType()))
    case 0x02:
      let sort = try coreSort()
      guard sort == .type else {
        throw ComponentError(offset: offset, "an alias in a module type can name a core type only")
      }
      try reader.expect(0x01, "the target of an alias in a module type (outer)")
      let depth = try reader.u32("an outer alias's depth")
      return .alias(sort: sort, depth: depth, index: try reader.u32("a core type index"))
    case 0x03:
      let name = try reader.name("an export's name")
      return .export(name: name, try coreExternType())
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a declaration of a module type")
    }
  }

  private mutating func coreExternType() throws(ComponentError) -> CoreExternSyntax {
    let offset = reader.position
    switch try reader.byte("a core import's or export's kind") {
    case 0x00: return .function(type: try reader.u32("a core type index"))
    case 0x01:
      let element = try coreValueType()
      guard element == .funcref || element == .externref else {
        throw ComponentError(offset: offset, "a table's elements must be references")
      }
      let limits = try CoreLimits.read(from: &reader, isMemory: false)
      return .table(element: element.rawValue, minimum: limits.minimum, maximum: limits.maximum)
    case 0x02:
      let limits = try CoreLimits.read(from: &reader, isMemory: true)
      return .memory(
        minimum: limits.minimum, maximum: limits.maximum, is64: limits.is64, shared: limits.isShared)
    case 0x03:
      let type = try coreValueType()
      return .global(type: type, mutable: try reader.flag("a global's mutability"))
    case 0x04:
      try reader.expect(0x00, "a tag's attribute")
      return .tag(type: try reader.u32("a core type index"))
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a kind of core imports and exports")
    }
  }
}
