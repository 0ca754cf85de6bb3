/// Types to put in the place of others, and what has been rewritten so far.
struct Substitution {
  var replacements: [TypeID: TypeID]
  fileprivate var rewritten: [TypeID: TypeID] = [:]

  init(_ replacements: [TypeID: TypeID]) {
    self.replacements = replacements
  }
}

extension TypeTable {
  /// The type with other types in it: itself, when there are none to replace.
  func substitute(_ id: TypeID, _ substitution: inout Substitution) throws(ComponentError) -> TypeID {
    try spend(1)
    if let replacement = substitution.replacements[id] { return replacement }
    guard metrics(of: id).isReplaceable, !substitution.replacements.isEmpty else { return id }
    if let known = substitution.rewritten[id] { return known }
    let rewritten = try rewrite(id, &substitution)
    substitution.rewritten[id] = rewritten
    return rewritten
  }

  private func rewrite(_ id: TypeID, _ substitution: inout Substitution) throws(ComponentError) -> TypeID {
    switch self[id] {
    case .resource: return id
    case .value(let type):
      let mapped = try type.mapped(
        reference: { (part) throws(ComponentError) in try substitute(part, &substitution) },
        resource: { (part) throws(ComponentError) in try substitute(part, &substitution) })
      return try insert(.value(mapped), like: id)
    case .function(var parameters, let result):
      try spend(parameters.count)
      for index in parameters.indices {
        parameters[index].type = try substitute(parameters[index].type, &substitution)
      }
      let mapped = try result.map { (type) throws(ComponentError) in try substitute(type, &substitution) }
      return try insert(.function(parameters: parameters, result: mapped), like: id)
    case .component(var shape):
      shape.imports = try substitute(shape.imports, &substitution)
      shape.exports = try substitute(shape.exports, &substitution)
      return try insert(.component(shape), like: id)
    case .instance(var shape):
      shape.exports = try substitute(shape.exports, &substitution)
      return try insert(.instance(shape), like: id)
    }
  }

  private func substitute(
    _ reference: ValueReference, _ substitution: inout Substitution
  ) throws(ComponentError) -> ValueReference {
    switch reference {
    case .primitive: reference
    case .index(let id): .index(try substitute(id, &substitution))
    }
  }

  func substitute(
    _ entities: EntityList, _ substitution: inout Substitution
  ) throws(ComponentError) -> EntityList {
    try spend(entities.entries.count)
    return try entities.mapped { (id) throws(ComponentError) in try substitute(id, &substitution) }
  }

  /// The type of an instance that exists: the resources that the type introduces become new ones, which are
  /// appended to `resources`.
  func instantiate(
    instanceType id: TypeID, resources: inout [TypeID]
  ) throws(ComponentError) -> TypeID {
    guard case .instance(var shape) = self[id], !shape.resources.isEmpty else { return id }
    var replacements: [TypeID: TypeID] = [:]
    for old in shape.resources {
      let new = try resource(owner: nil)
      replacements[old] = new
      resources.append(new)
    }
    var substitution = Substitution(replacements)
    shape.exports = try substitute(shape.exports, &substitution)
    shape.resources = []
    return try insert(.instance(shape), like: id)
  }

  /// Whether a resource occurs that the type does not introduce itself.
  func hasFreeResource(_ id: TypeID, bound: Set<TypeID> = []) throws(ComponentError) -> Bool {
    try spend(1)
    guard metrics(of: id).hasResource else { return false }
    let entities: [(name: String, entity: Entity)]
    var bound = bound
    switch self[id] {
    case .resource: return !bound.contains(id)
    case .value(.own(let resource)), .value(.borrow(let resource)): return !bound.contains(resource)
    case .value(let type):
      for case .index(let part) in type.parts where try hasFreeResource(part, bound: bound) { return true }
      return false
    case .function(let parameters, let result):
      for case .index(let part) in parameters.map(\.type) where try hasFreeResource(part, bound: bound) {
        return true
      }
      guard case .index(let part) = result else { return false }
      return try hasFreeResource(part, bound: bound)
    case .component(let shape):
      bound.formUnion(shape.importedResources + shape.definedResources)
      entities = shape.imports.entries + shape.exports.entries
    case .instance(let shape):
      bound.formUnion(shape.resources)
      entities = shape.exports.entries
    }
    try spend(bound.count)
    for case let part? in entities.map(\.entity.id) where try hasFreeResource(part, bound: bound) { return true }
    return false
  }
}
