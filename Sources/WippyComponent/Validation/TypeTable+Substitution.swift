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
    if let replacement = substitution.replacements[canonical(id)] { return replacement }
    guard metrics(of: id).isReplaceable, !substitution.replacements.isEmpty else { return id }
    if let known = substitution.rewritten[id] { return known }
    let rewritten = try rewrite(id, &substitution)
    substitution.rewritten[id] = rewritten
    return rewritten
  }

  /// A type in which nothing changes stays itself: others know it by its place.
  private func rewrite(_ id: TypeID, _ substitution: inout Substitution) throws(ComponentError) -> TypeID {
    var hasChanged = false
    func replace(_ part: TypeID) throws(ComponentError) -> TypeID {
      let replacement = try substitute(part, &substitution)
      hasChanged = hasChanged || replacement != part
      return replacement
    }
    let rewritten: TypeShape
    switch self[id] {
    case .resource: return id
    case .value(let type):
      rewritten = .value(try type.mapped(reference: replace, resource: replace))
    case .function(var parameters, var result, let isAsync):
      try spend(parameters.count)
      for index in parameters.indices { parameters[index].type = try parameters[index].type.mapped(replace) }
      result = try result?.mapped(replace)
      rewritten = .function(parameters: parameters, result: result, isAsync: isAsync)
    case .component(var shape):
      try spend(shape.imports.entries.count + shape.exports.entries.count)
      shape.imports = try shape.imports.mapped(replace)
      shape.exports = try shape.exports.mapped(replace)
      rewritten = .component(shape)
    case .instance(var shape):
      try spend(shape.exports.entries.count)
      shape.exports = try shape.exports.mapped(replace)
      rewritten = .instance(shape)
    }
    let origin = origin(of: id)
    let newOrigin = try origin.map { (id) throws(ComponentError) in try substitute(id, &substitution) }
    guard hasChanged || newOrigin != origin else { return id }
    let variation = try insert(rewritten, like: id)
    if let newOrigin { setOrigin(newOrigin, of: variation) }
    return variation
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
    case .resource: return !bound.contains(canonical(id))
    case .value(.own(let resource)), .value(.borrow(let resource)): return !bound.contains(canonical(resource))
    case .value(let type):
      for case .index(let part) in type.parts where try hasFreeResource(part, bound: bound) { return true }
      return false
    case .function(let parameters, let result, _):
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
