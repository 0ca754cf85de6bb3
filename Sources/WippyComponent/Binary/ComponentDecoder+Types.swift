import WippyEngine

extension ComponentDecoder {
  mutating func type() throws(ComponentError) -> TypeSyntax {
    let offset = reader.position
    switch try reader.peek("a type") {
    case 0x3f:
      try reader.skip(1, "a resource type")
      return try resourceType(at: offset)
    case 0x40:
      try reader.skip(1, "a function type")
      return try functionType(isAsync: false)
    case 0x41:
      try reader.skip(1, "a component type")
      return .component(
        try nesting("types") { (decoder) throws(ComponentError) in
          try decoder.vector(of: "declarations", minimumSize: 2) { (decoder) throws(ComponentError) in
            try decoder.declaration(mayImport: true)
          }
        })
    case 0x42:
      try reader.skip(1, "an instance type")
      return .instance(
        try nesting("types") { (decoder) throws(ComponentError) in
          try decoder.vector(of: "declarations", minimumSize: 2) { (decoder) throws(ComponentError) in
            try decoder.declaration(mayImport: false)
          }
        })
    case 0x43:
      try requireDrafts(.asynchronous("an `async` function type", at: offset))
      try reader.skip(1, "a function type")
      return try functionType(isAsync: true)
    default: return .value(try valueType())
    }
  }

  private mutating func resourceType(at offset: Int) throws(ComponentError) -> TypeSyntax {
    let representation = try reader.byte("a resource's representation")
    if representation == CoreValueType.i64.rawValue {
      throw .unsupported("resources with a representation of 64 bits", at: offset)
    }
    guard representation == CoreValueType.i32.rawValue else {
      throw ComponentError(offset: offset, "a resource's representation must be i32")
    }
    let destructor = try optional("a destructor") { (decoder) throws(ComponentError) in
      try decoder.reader.u32("a core function index")
    }
    return .resource(destructor: destructor)
  }

  private mutating func functionType(isAsync: Bool) throws(ComponentError) -> TypeSyntax {
    let parameters = try vector(of: "parameters", minimumSize: 2) {
      (decoder) throws(ComponentError) -> (name: String, type: ValueReference) in
      (try decoder.reader.name("a parameter's name"), try decoder.valueReference())
    }
    return .function(parameters: parameters, result: try resultList(), isAsync: isAsync)
  }

  mutating func resultList() throws(ComponentError) -> ValueReference? {
    let offset = reader.position
    switch try reader.byte("a function's result list") {
    case 0x00: return try valueReference()
    case 0x01:
      try reader.expect(0x00, "the number of named results (only a single unnamed result is supported)")
      return nil
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a form of result lists")
    }
  }

  private mutating func declaration(mayImport: Bool) throws(ComponentError) -> DeclarationSyntax {
    try countDefinition()
    let offset = reader.position
    switch try reader.byte("a declaration") {
    case 0x00: return .coreType(try coreType())
    case 0x01: return .type(try type())
    case 0x02: return .alias(try alias())
    case 0x03 where mayImport:
      guard case .import(let name, let type) = try importDefinition() else {
        throw ComponentError(offset: offset, "an import declaration is malformed")
      }
      return .import(name: name, type)
    case 0x04:
      // A declared export has the form of an import.
      guard case .import(let name, let type) = try importDefinition() else {
        throw ComponentError(offset: offset, "an export declaration is malformed")
      }
      return .export(name: name, type)
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a declaration")
    }
  }

  // MARK: Value types

  mutating func valueReference() throws(ComponentError) -> ValueReference {
    let offset = reader.position
    let byte = try reader.peek("a value type")
    // Only the bytes of negative one-byte numbers are type codes; all else is an index.
    guard (0x40...0x7f).contains(byte) else {
      let index = try reader.s33("a type index")
      guard let index = UInt32(exactly: index) else {
        throw ComponentError(offset: offset, "a type index is negative")
      }
      return .index(index)
    }
    try reader.skip(1, "a value type")
    if let primitive = try primitive(byte, at: offset) { return .primitive(primitive) }
    throw ComponentError(
      offset: offset, "\(hexadecimal(byte)) is not a primitive type: other types stand here by index")
  }

  private mutating func valueType() throws(ComponentError) -> ValueTypeSyntax {
    let offset = reader.position
    let code = try reader.byte("a type")
    if let primitive = try primitive(code, at: offset) { return .primitive(primitive) }
    switch code {
    case 0x72:
      return .record(
        try nonempty(offset, "a record", of: "fields") {
          (decoder) throws(ComponentError) -> (name: String, type: ValueReference) in
          (try decoder.reader.name("a field's name"), try decoder.valueReference())
        })
    case 0x71:
      return .variant(
        try nonempty(offset, "a variant", of: "cases") {
          (decoder) throws(ComponentError) -> (name: String, payload: ValueReference?) in
          let name = try decoder.reader.name("a case's name")
          let payload = try decoder.optionalReference("a payload")
          try decoder.reader.expect(0x00, "the end of a case")
          return (name, payload)
        })
    case 0x70: return .list(try valueReference())
    case 0x6f:
      return .tuple(
        try nonempty(offset, "a tuple", of: "elements") { (decoder) throws(ComponentError) in
          try decoder.valueReference()
        })
    case 0x6e:
      let names = try labels(offset, "flags", of: "names")
      guard names.count <= 32 else {
        throw ComponentError(offset: offset, "flags have \(names.count) names: at most 32 are allowed")
      }
      return .flags(names)
    case 0x6d: return .enumeration(try labels(offset, "an enumeration", of: "cases"))
    case 0x6b: return .option(try valueReference())
    case 0x6a:
      let ok = try optionalReference("an `ok` type")
      return .result(ok: ok, error: try optionalReference("an `error` type"))
    case 0x69: return .own(try reader.u32("a type index"))
    case 0x68: return .borrow(try reader.u32("a type index"))
    default: return try draftType(code, at: offset)
    }
  }

  private mutating func draftType(_ code: UInt8, at offset: Int) throws(ComponentError) -> ValueTypeSyntax {
    switch code {
    case 0x67:
      try requireDrafts(.unsupported("lists of fixed length", at: offset))
      let element = try valueReference()
      let count = try reader.u32("a list's length")
      guard count > 0 else { throw ComponentError(offset: offset, "a list of fixed length must have elements") }
      return .fixedList(element, count: count)
    case 0x66:
      try requireDrafts(.asynchronous("`stream`", at: offset))
      return .stream(try optionalReference("a stream's element"))
    case 0x65:
      try requireDrafts(.asynchronous("`future`", at: offset))
      return .future(try optionalReference("a future's value"))
    case 0x63:
      try requireDrafts(.unsupported("maps", at: offset))
      let key = try valueReference()
      return .map(key: key, value: try valueReference())
    default: throw ComponentError(offset: offset, "\(hexadecimal(code)) is not a type")
    }
  }

  private func primitive(_ code: UInt8, at offset: Int) throws(ComponentError) -> PrimitiveType? {
    guard let primitive = PrimitiveType(rawValue: code) else { return nil }
    if primitive == .errorContext { try requireDrafts(.asynchronous("`error-context`", at: offset)) }
    return primitive
  }

  private mutating func optionalReference(_ what: String) throws(ComponentError) -> ValueReference? {
    try optional(what) { (decoder) throws(ComponentError) in try decoder.valueReference() }
  }

  private mutating func labels(
    _ offset: Int, _ what: String, of names: String
  ) throws(ComponentError) -> [String] {
    try nonempty(offset, what, of: names) { (decoder) throws(ComponentError) in
      try decoder.reader.name("a name of \(what)")
    }
  }

  private mutating func nonempty<Element>(
    _ offset: Int, _ what: String, of elements: String,
    _ element: (inout ComponentDecoder) throws(ComponentError) -> Element
  ) throws(ComponentError) -> [Element] {
    let list = try vector(of: elements, element)
    guard !list.isEmpty else { throw ComponentError(offset: offset, "\(what) must have \(elements)") }
    return list
  }
}
