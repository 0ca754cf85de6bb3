/// The types that can be named from outside of a scope, by imports alone and by imports and exports.
struct VisibleTypes {
  var byImports: Set<TypeID> = []
  var byExports: Set<TypeID> = []
}

/// What an import or export of a component mentions must have a name outside of it: resources, and the value
/// types that languages tell apart by name.
///
/// Source: component-model, design/mvp/Explainer.md, "External Visibility of Types".
extension ComponentValidator {
  /// Naming a type makes another type of it: what used it before does not become visible in hindsight, and each name
  /// knows which one it is another name of.
  func named(_ entity: Entity) throws(ComponentError) -> Entity {
    guard case .type(let id) = entity, case .value(let type) = types[id] else { return entity }
    return .type(try types.insertNamed(.value(type), like: id))
  }

  func checkVisibility(_ name: String, _ entity: Entity, isImport: Bool) throws(ComponentError) {
    guard scope.kind != .instanceType else { return }
    var visible = isImport ? scope.visible.byImports : scope.visible.byExports
    // The sets change hands instead of being copied.
    if isImport { scope.visible.byImports = [] } else { scope.visible.byExports = [] }
    let result = try isVisible(entity, in: &visible)
    if isImport { scope.visible.byImports = visible } else { scope.visible.byExports = visible }
    guard result else {
      throw failure(
        "\(isImport ? "import" : "export") `\(name)` mentions a type that has no name outside of the component: "
          + "\(isImport ? "import" : "export") that type first")
    }
    // What imports name, exports can mention as well.
    if isImport { _ = try isVisible(entity, in: &scope.visible.byExports) }
  }

  /// Adds what the entity names, and says whether all that it mentions is named then.
  private func isVisible(_ entity: Entity, in visible: inout Set<TypeID>) throws(ComponentError) -> Bool {
    try types.spend(1)
    switch entity {
    case .module: return true
    case .function(let id): return try isVisible(shape: id, in: &visible)
    case .type(let id):
      guard try isVisible(shape: id, in: &visible) else { return false }
      visible.insert(id)
      return true
    case .instance(let id), .component(let id): return try isVisible(shape: id, in: &visible)
    }
  }

  /// Whether the types within a type have names; the type itself need not have one.
  private func isVisible(shape id: TypeID, in visible: inout Set<TypeID>) throws(ComponentError) -> Bool {
    try types.spend(1)
    switch types[id] {
    case .resource: return true
    case .value(.own(let resource)), .value(.borrow(let resource)): return visible.contains(resource)
    case .value(let type): return try areVisible(type.parts, in: &visible)
    case .function(let parameters, let result, _):
      guard try areVisible(parameters.map(\.type), in: &visible) else { return false }
      return try result.map { (type) throws(ComponentError) in try areVisible([type], in: &visible) } ?? true
    case .instance(let shape): return try areVisible(shape.exports, in: &visible)
    case .component(let shape):
      // Its imports and exports are named for itself only.
      try types.spend(visible.count)
      var inner = visible
      guard try areVisible(shape.imports, in: &inner) else { return false }
      return try areVisible(shape.exports, in: &inner)
    }
  }

  private func areVisible(_ entities: EntityList, in visible: inout Set<TypeID>) throws(ComponentError) -> Bool {
    for entry in entities.entries where try !isVisible(entry.entity, in: &visible) { return false }
    return true
  }

  private func areVisible(_ parts: [ValueReference], in visible: inout Set<TypeID>) throws(ComponentError) -> Bool {
    try types.spend(parts.count)
    for case .index(let id) in parts where !visible.contains(id) {
      if case .value(let type) = types[id], type.needsName { return false }
      guard try isVisible(shape: id, in: &visible) else { return false }
      // Remembered, so that shared parts are walked through once.
      visible.insert(id)
    }
    return true
  }
}

extension ValueTypeSyntax {
  /// Whether this is one of the types that languages tell apart by name.
  fileprivate var needsName: Bool {
    switch self {
    case .record, .variant, .flags, .enumeration: true
    default: false
    }
  }
}
