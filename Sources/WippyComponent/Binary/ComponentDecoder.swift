/// Reads a component binary into its syntax tree.
///
/// It looks at structure only: whether indices and types make sense is `ComponentValidator`'s part. The bytes
/// of core modules are not looked at beyond their header. Source: component-model, design/mvp/Binary.md.
package struct ComponentDecoder {
  /// How deeply components and types may be nested in each other.
  package static let nestingLimit = 100
  /// How many definitions and declarations one file may have, those of nested components included.
  package static let definitionLimit = 1_000_000

  var reader: BinaryReader
  private var depth = 0
  private var definitionCount = 0
  private let features: FeatureSet

  private init(_ bytes: UnsafeRawBufferPointer, _ features: FeatureSet) {
    reader = BinaryReader(bytes)
    self.features = features
  }

  /// Decodes without copying; nothing in the result refers to the buffer.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, features: FeatureSet = .stable
  ) throws(ComponentError) -> ComponentSyntax {
    if let reason = BinaryKind.detect(bytes).reasonNotComponent {
      throw ComponentError(offset: 0, reason)
    }
    var decoder = ComponentDecoder(bytes, features)
    return try decoder.component()
  }

  package static func decode(_ bytes: [UInt8]) throws(ComponentError) -> ComponentSyntax {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ComponentError) -> ComponentSyntax in
      try decode(UnsafeRawBufferPointer(buffer))
    }
  }

  // MARK: Components and sections

  /// A component with its preamble, up to the end of the open section.
  private mutating func component() throws(ComponentError) -> ComponentSyntax {
    let start = reader.position
    let header = UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.end])
    if let reason = BinaryKind.detect(header).reasonNotComponent {
      throw ComponentError(offset: start, reason)
    }
    try reader.skip(8, "the component's header")
    var component = ComponentSyntax()
    while !reader.isAtEnd {
      try section(into: &component)
    }
    return component
  }

  private mutating func section(into component: inout ComponentSyntax) throws(ComponentError) {
    let start = reader.position
    let id = try reader.byte("a section's id")
    let name = Self.sectionName(id)
    let outer = try reader.openSection(name)
    switch id {
    case 0:
      _ = try reader.name("the custom section's name")
      reader.skipSection(outer: outer)
      return
    case 1: try append(.coreModule(try coreModule()), at: start, to: &component)
    case 4:
      let nested = try nesting("components") { (decoder) throws(ComponentError) in try decoder.component() }
      try append(.component(nested), at: start, to: &component)
    case 9: try append(try startDefinition(), at: start, to: &component)
    case 2, 3, 5, 6, 7, 8, 10, 11:
      for _ in 0..<(try reader.count(of: "definitions in \(name)")) {
        let offset = reader.position
        try append(try definition(inSection: id), at: offset, to: &component)
      }
    case 12: throw .unsupported("component values", at: start)
    default: throw ComponentError(offset: start, "\(name) is unknown")
    }
    try reader.closeSection(outer: outer, name)
  }

  private mutating func definition(inSection id: UInt8) throws(ComponentError) -> Definition.Kind {
    switch id {
    case 2: .coreInstance(try coreInstance())
    case 3: .coreType(try coreType())
    case 5: .instance(try instance())
    case 6: .alias(try alias())
    case 7: .type(try type())
    case 8: .canonical(try canonical())
    case 10: try importDefinition()
    default: try exportDefinition()
    }
  }

  private mutating func append(
    _ kind: Definition.Kind, at offset: Int, to component: inout ComponentSyntax
  ) throws(ComponentError) {
    try countDefinition()
    component.definitions.append(Definition(offset: offset, kind: kind))
  }

  private mutating func coreModule() throws(ComponentError) -> Range<Int> {
    let range = reader.position..<reader.end
    let header = UnsafeRawBufferPointer(rebasing: reader.bytes[range])
    if let reason = BinaryKind.detect(header).reasonNotCoreModule {
      throw reader.failure("a core module section does not hold a core module: \(reason)")
    }
    try reader.skip(range.count, "the core module")
    return range
  }

  private static func sectionName(_ id: UInt8) -> String {
    let names = [
      "the custom section", "the core module section", "the core instance section", "the core type section",
      "the component section", "the instance section", "the alias section", "the type section",
      "the canonical function section", "the start section", "the import section", "the export section",
      "the value section",
    ]
    return id < names.count ? names[Int(id)] : "the section with id \(id)"
  }

  // MARK: Limits

  mutating func countDefinition() throws(ComponentError) {
    definitionCount += 1
    guard definitionCount <= Self.definitionLimit else {
      throw reader.failure("the component has more than \(Self.definitionLimit) definitions")
    }
  }

  /// Goes one level deeper, as far as `nestingLimit` allows.
  mutating func nesting<Result>(
    _ what: String, _ body: (inout ComponentDecoder) throws(ComponentError) -> Result
  ) throws(ComponentError) -> Result {
    guard depth < Self.nestingLimit else {
      throw reader.failure("\(what) are nested more than \(Self.nestingLimit) levels deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// Throws `refusal` unless drafts are accepted.
  func requireDrafts(_ refusal: @autoclosure () -> ComponentError) throws(ComponentError) {
    if case .stable = features { throw refusal() }
  }

  // MARK: Forms that occur everywhere

  /// A vector; its storage grows with what was read, not with the count that the input claims.
  mutating func vector<Element>(
    of what: String, minimumSize: Int = 1,
    _ element: (inout ComponentDecoder) throws(ComponentError) -> Element
  ) throws(ComponentError) -> [Element] {
    let count = try reader.count(of: what, minimumSize: minimumSize)
    var elements: [Element] = []
    elements.reserveCapacity(min(count, 1024))
    for _ in 0..<count { elements.append(try element(&self)) }
    return elements
  }

  mutating func optional<Wrapped>(
    _ what: String, _ body: (inout ComponentDecoder) throws(ComponentError) -> Wrapped
  ) throws(ComponentError) -> Wrapped? {
    let offset = reader.position
    switch try reader.byte("whether there is \(what)") {
    case 0x00: return nil
    case 0x01: return try body(&self)
    case let other:
      throw ComponentError(
        offset: offset, "0x00 or 0x01 should say whether there is \(what), found \(hexadecimal(other))")
    }
  }

  mutating func coreSort() throws(ComponentError) -> CoreSort {
    let offset = reader.position
    let byte = try reader.byte("a core sort")
    guard let sort = CoreSort(rawValue: byte) else {
      throw ComponentError(offset: offset, "\(hexadecimal(byte)) is not a core sort")
    }
    return sort
  }

  mutating func sort() throws(ComponentError) -> Sort {
    let offset = reader.position
    switch try reader.byte("a sort") {
    case 0x00: return .core(try coreSort())
    case 0x01: return .function
    case 0x02: return .value
    case 0x03: return .type
    case 0x04: return .component
    case 0x05: return .instance
    case let other: throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a sort")
    }
  }
}
