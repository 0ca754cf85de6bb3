extension ComponentValidator {
  mutating func instance(_ syntax: InstanceSyntax) throws(ComponentError) -> TypeID {
    switch syntax {
    case .instantiate(let index, let arguments): return try instantiate(index, arguments)
    case .exports(let exports):
      var shape = InstanceShape()
      var names = NameScope()
      for export in exports {
        let name = try externName(export.name, isImport: false)
        let entity = try entity(export.sort, export.index)
        // Nothing is introduced here that functions could belong to.
        try check(name, export.name, entity, [:])
        guard names.insert(name) else {
          throw failure("`\(export.name)` clashes with an earlier export of the instance")
        }
        shape.exports.append(export.name, entity)
      }
      return try types.insert(.instance(shape))
    }
  }

  private func instantiate(
    _ index: UInt32, _ arguments: [(name: String, sort: Sort, index: UInt32)]
  ) throws(ComponentError) -> TypeID {
    let id = try element(index, of: scope.components, "component")
    guard case .component(let component) = types[id] else { throw failure("component \(index) has no type") }
    try types.spend(arguments.count + component.imports.entries.count)
    var given: [String: Entity] = [:]
    for argument in arguments {
      guard given[argument.name] == nil else { throw failure("argument `\(argument.name)` is given twice") }
      given[argument.name] = try entity(argument.sort, argument.index)
    }
    var matcher = TypeMatcher(types, open: component.importedResources)
    for entry in component.imports.entries {
      guard let argument = given[entry.name] else {
        throw failure("the component imports `\(entry.name)`, and there is no argument of that name")
      }
      try matcher.match(argument, entry.entity, entry.name)
    }
    var replacements = matcher.bindings.merging(matcher.aliases) { resource, _ in resource }
    for resource in component.definedResources {
      let fresh = try types.resource(owner: nil)
      replacements[resource] = fresh
      scope.shape.definedResources.append(fresh)
    }
    var substitution = Substitution(replacements)
    let exports = try types.substitute(component.exports, &substitution)
    return try types.insert(.instance(InstanceShape(exports: exports)))
  }

  // MARK: Aliases

  func alias(_ syntax: AliasSyntax) throws(ComponentError) {
    switch syntax {
    case .instanceExport(let sort, let index, let name):
      let id = try element(index, of: scope.instances, "instance")
      guard case .instance(let shape) = types[id], let entity = shape.exports[name] else {
        throw failure("instance \(index) does not export `\(name)`")
      }
      guard entity.sort == sort else {
        throw failure("export `\(name)` of instance \(index) is \(entity.description), not what the alias says")
      }
      scope.append(entity)
    case .coreInstanceExport(let sort, let index, let name):
      let instance = try element(index, of: scope.coreInstances, "core instance")
      guard let type = instance[name] else { throw failure("core instance \(index) does not export `\(name)`") }
      guard type.sort == sort else {
        throw failure("export `\(name)` of core instance \(index) is a \(type.kind), not what the alias says")
      }
      scope.append(type)
    case .outer(let sort, let depth, let index): try outerAlias(sort, depth, index)
    }
  }

  /// The scope that stands `depth` levels outwards; 0 is the innermost one.
  func outerScope(_ depth: UInt32) throws(ComponentError) -> ValidationScope {
    guard depth < scopes.count else {
      throw failure("an outer alias goes \(depth) levels outwards, and there are \(scopes.count - 1)")
    }
    return scopes[scopes.count - 1 - Int(depth)]
  }

  private func outerAlias(_ sort: Sort, _ depth: UInt32, _ index: UInt32) throws(ComponentError) {
    let target = try outerScope(depth)
    switch sort {
    case .core(.type): scope.coreTypes.append(try element(index, of: target.coreTypes, "core type"))
    case .core(.module): scope.coreModules.append(try element(index, of: target.coreModules, "core module"))
    case .component: scope.components.append(try element(index, of: target.components, "component"))
    case .type:
      let id = try element(index, of: target.types, "type")
      let crossed = scopes.suffix(Int(depth))
      if crossed.contains(where: { $0.kind == .component }), try types.hasFreeResource(id) {
        throw failure("an outer alias cannot take a resource type, or a type that has one, into a component")
      }
      scope.types.append(id)
    default: throw failure("an outer alias can name a core type, core module, type or component only")
    }
  }
}

extension Entity {
  fileprivate var sort: Sort {
    switch self {
    case .module: .core(.module)
    case .function: .function
    case .type: .type
    case .component: .component
    case .instance: .instance
    }
  }
}
