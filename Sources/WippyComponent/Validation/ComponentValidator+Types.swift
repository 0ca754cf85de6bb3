extension ComponentValidator {
  mutating func type(_ syntax: TypeSyntax) throws(ComponentError) -> TypeID {
    switch syntax {
    case .value(let type): return try types.insert(.value(try valueType(type)))
    case .function(let parameters, let result, let isAsync): return try function(parameters, result, isAsync)
    case .component(let declarations):
      let shape = try enter(.componentType) { (validator) throws(ComponentError) in
        for declaration in declarations { try validator.declaration(declaration) }
      }
      return try types.insert(.component(shape))
    case .instance(let declarations):
      let shape = try enter(.instanceType) { (validator) throws(ComponentError) in
        for declaration in declarations { try validator.declaration(declaration) }
      }
      return try types.insert(
        .instance(InstanceShape(exports: shape.exports, resources: shape.definedResources)))
    case .resource(let destructor): return try resource(destructor)
    }
  }

  private mutating func declaration(_ declaration: DeclarationSyntax) throws(ComponentError) {
    switch declaration {
    case .coreType(let type): scope.coreTypes.append(try coreType(type))
    case .type(let type):
      if case .resource = type {
        throw failure("a component or instance type cannot define a resource type: it can import or export one")
      }
      scope.types.append(try self.type(type))
    case .alias(let alias):
      switch alias {
      case .instanceExport(.type, _, _), .instanceExport(.instance, _, _), .outer(.type, _, _),
        .outer(.core(.type), _, _):
        try self.alias(alias)
      default:
        throw failure("an alias in a type can name exported types and instances, and outer types, only")
      }
    case .import(let name, let type): try importDefinition(name, type)
    case .export(let name, let type): try exportDeclaration(name, type)
    }
  }

  private mutating func resource(_ destructor: UInt32?) throws(ComponentError) -> TypeID {
    if let destructor {
      let type = try element(destructor, of: scope.coreFunctions, "core function")
      if let type, type.parameters != [.i32] || !type.results.isEmpty {
        throw failure("a destructor must have the core type [i32] -> []")
      }
    }
    let resource = try types.resource(owner: scope.id)
    scope.shape.definedResources.append(resource)
    return resource
  }

  private func function(
    _ parameters: [(name: String, type: ValueReference)], _ result: ValueReference?, _ isAsync: Bool
  ) throws(ComponentError) -> TypeID {
    try checkLabels(parameters.map(\.name), of: "parameters")
    var resolved = parameters
    for index in resolved.indices { resolved[index].type = try valueReference(resolved[index].type) }
    let type = try result.map { (type) throws(ComponentError) in try valueReference(type) }
    if let type, types.metrics(of: type).hasBorrow {
      throw failure("a function's result cannot contain a borrowed handle")
    }
    return try types.insert(.function(parameters: resolved, result: type, isAsync: isAsync))
  }

  // MARK: Value types

  private func valueReference(_ reference: ValueReference) throws(ComponentError) -> ValueReference {
    guard case .index(let index) = reference else { return reference }
    return .index(try valueTypeIndex(index))
  }

  private func valueTypeIndex(_ index: UInt32) throws(ComponentError) -> TypeID {
    let id = try typeIndex(index)
    guard case .value = types[id] else {
      throw failure("type \(index) should be a value type, it is \(types[id].description)")
    }
    return id
  }

  private func valueType(_ type: ValueTypeSyntax) throws(ComponentError) -> ValueTypeSyntax {
    switch type {
    case .record(let fields):
      try requireNonempty(fields.isEmpty, "a record", "fields")
      try checkLabels(fields.map(\.name), of: "fields")
    case .variant(let cases):
      try requireNonempty(cases.isEmpty, "a variant", "cases")
      try checkLabels(cases.map(\.name), of: "cases")
    case .tuple(let elements): try requireNonempty(elements.isEmpty, "a tuple", "elements")
    case .flags(let names):
      try requireNonempty(names.isEmpty || names.count > 32, "flags", "1 to 32 names")
      try checkLabels(names, of: "flags")
    case .enumeration(let names):
      try requireNonempty(names.isEmpty, "an enumeration", "cases")
      try checkLabels(names, of: "cases")
    case .map(let key, _): try checkKey(key)
    case .stream(let element), .future(let element): try checkElement(element, type)
    default: break
    }
    return try type.mapped(
      reference: { (index) throws(ComponentError) in try valueTypeIndex(index) },
      resource: { (index) throws(ComponentError) in try resourceType(index) })
  }

  private func checkKey(_ key: ValueReference) throws(ComponentError) {
    var primitive: PrimitiveType?
    switch try valueReference(key) {
    case .primitive(let type): primitive = type
    case .index(let id): if case .value(.primitive(let type)) = types[id] { primitive = type }
    }
    switch primitive {
    case nil, .f32, .f64, .errorContext:
      throw failure("the key of a map must be a bool, an integer, a char or a string")
    default: return
    }
  }

  private func checkElement(_ element: ValueReference?, _ type: ValueTypeSyntax) throws(ComponentError) {
    guard let element else { return }
    let resolved = try valueReference(element)
    if types.metrics(of: resolved).hasBorrow {
      throw failure("a stream or future cannot contain a borrowed handle")
    }
    guard case .stream = type else { return }
    var isCharacter = if case .primitive(.char) = resolved { true } else { false }
    if case .index(let id) = resolved, case .value(.primitive(.char)) = types[id] { isCharacter = true }
    if isCharacter { throw failure("`stream<char>` is not valid at this time") }
  }

  private func requireNonempty(
    _ isWrong: Bool, _ what: String, _ parts: String
  ) throws(ComponentError) {
    if isWrong { throw failure("\(what) must have \(parts)") }
  }
}
