import WippyEngine

/// Checks what a decoded component means: indices, names, types, options and arguments.
///
/// Not checked: the code of core modules, which is the engine's part.
/// Source: component-model, design/mvp/Explainer.md and Binary.md.
package struct ComponentValidator {
  let types = TypeTable()
  let bytes: UnsafeRawBufferPointer
  /// The scopes around the definition at hand, the innermost last.
  var scopes: [ValidationScope] = []
  private var scopeCount = 0

  var scope: ValidationScope { scopes[scopes.count - 1] }

  /// `bytes` is the file that `component` was decoded from: its core modules are read from there.
  package static func validate(
    _ component: ComponentSyntax, in bytes: UnsafeRawBufferPointer
  ) throws(ComponentError) {
    var validator = ComponentValidator(bytes: bytes)
    _ = try validator.component(component)
  }

  /// Validates, and tells the component's type with the table that its types are in.
  static func evaluate(
    _ component: ComponentSyntax, in bytes: UnsafeRawBufferPointer
  ) throws(ComponentError) -> (types: TypeTable, shape: ComponentShape) {
    var validator = ComponentValidator(bytes: bytes)
    let id = try validator.component(component)
    guard case .component(let shape) = validator.types[id] else { throw validator.failure("a component has no type") }
    return (validator.types, shape)
  }

  package static func validate(_ component: ComponentSyntax, in bytes: [UInt8]) throws(ComponentError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ComponentError) in
      try validate(component, in: UnsafeRawBufferPointer(buffer))
    }
  }

  private init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  func failure(_ message: String) -> ComponentError { types.failure(message) }

  // MARK: Scopes

  mutating func enter(
    _ kind: ValidationScope.Kind, _ body: (inout ComponentValidator) throws(ComponentError) -> Void
  ) throws(ComponentError) -> ComponentShape {
    guard scopes.count <= ComponentDecoder.nestingLimit else {
      throw failure("components and types are nested more than \(ComponentDecoder.nestingLimit) levels deep")
    }
    scopeCount += 1
    let inner = ValidationScope(kind, id: scopeCount)
    scopes.append(inner)
    defer { scopes.removeLast() }
    try body(&self)
    return inner.shape
  }

  mutating func component(_ component: ComponentSyntax) throws(ComponentError) -> TypeID {
    let shape = try enter(.component) { (validator) throws(ComponentError) in
      for definition in component.definitions {
        validator.types.offset = definition.offset
        try validator.definition(definition.kind)
      }
    }
    return try types.insert(.component(shape))
  }

  private mutating func definition(_ kind: Definition.Kind) throws(ComponentError) {
    switch kind {
    case .coreModule(let range):
      scope.coreModules.append(try coreModule(range))
    case .coreInstance(let instance): scope.coreInstances.append(try coreInstance(instance))
    case .coreType(let type): scope.coreTypes.append(try coreType(type))
    case .component(let nested): scope.components.append(try component(nested))
    case .instance(let instance): scope.instances.append(try self.instance(instance))
    case .alias(let alias): try self.alias(alias)
    case .type(let type): scope.types.append(try self.type(type))
    case .canonical(let canonical): try self.canonical(canonical)
    case .start: throw failure("component start functions are not supported")
    case .import(let name, let type): try importDefinition(name, type)
    case .export(let name, let sort, let index, let type): try export(name, sort, index, as: type)
    }
  }

  // MARK: Index spaces

  func element<Element>(
    _ index: UInt32, of space: [Element], _ what: @autoclosure () -> String
  ) throws(ComponentError) -> Element {
    guard index < space.count else {
      throw failure("\(what()) \(index) does not exist: there are \(space.count) so far")
    }
    return space[Int(index)]
  }

  func typeIndex(_ index: UInt32) throws(ComponentError) -> TypeID {
    try element(index, of: scope.types, "type")
  }

  func functionType(_ index: UInt32) throws(ComponentError) -> TypeID {
    let id = try typeIndex(index)
    guard case .function = types[id] else {
      throw failure("type \(index) should be a function type, it is \(types[id].description)")
    }
    return id
  }

  func resourceType(_ index: UInt32) throws(ComponentError) -> TypeID {
    let id = try typeIndex(index)
    guard types.isResource(id) else {
      throw failure("type \(index) should be a resource type, it is \(types[id].description)")
    }
    return id
  }

  /// What stands at an index of a sort's index space.
  func entity(_ sort: Sort, _ index: UInt32) throws(ComponentError) -> Entity {
    switch sort {
    case .core(.module): .module(try element(index, of: scope.coreModules, "core module"))
    case .core: throw failure("of core definitions, only modules can be imported, exported or passed")
    case .function: .function(try element(index, of: scope.functions, "function"))
    case .value: throw failure("component values are not supported")
    case .type: .type(try typeIndex(index))
    case .component: .component(try element(index, of: scope.components, "component"))
    case .instance: .instance(try element(index, of: scope.instances, "instance"))
    }
  }

  // MARK: Imports and exports

  mutating func importDefinition(_ name: String, _ type: ExternSyntax) throws(ComponentError) {
    let entity = try named(try externType(type, into: &scope.shape.importedResources))
    try checkVisibility(name, entity, isImport: true)
    try register(name, entity, \.importNames)
    scope.shape.imports.append(name, entity)
    scope.append(entity)
  }

  /// A declaration of an export in a type.
  mutating func exportDeclaration(_ name: String, _ type: ExternSyntax) throws(ComponentError) {
    let entity = try named(try externType(type, into: &scope.shape.definedResources))
    try checkVisibility(name, entity, isImport: false)
    try register(name, entity, \.exportNames)
    scope.shape.exports.append(name, entity)
    scope.append(entity)
  }

  private mutating func export(
    _ name: String, _ sort: Sort, _ index: UInt32, as ascribed: ExternSyntax?
  ) throws(ComponentError) {
    var entity = try entity(sort, index)
    if let ascribed {
      var resources: [TypeID] = []
      let expected = try externType(ascribed, into: &resources)
      var matcher = TypeMatcher(types, open: resources)
      try matcher.match(entity, expected, name)
      scope.shape.definedResources += resources
      entity = expected
    } else if case .type(let id) = entity {
      entity = .type(try renamed(id))
    }
    entity = try named(entity)
    try checkVisibility(name, entity, isImport: false)
    try register(name, entity, \.exportNames)
    scope.shape.exports.append(name, entity)
    scope.append(entity)
  }

  /// A resource type gets another name: what mentions the old one does not become visible in hindsight.
  private func renamed(_ id: TypeID) throws(ComponentError) -> TypeID {
    types.isResource(id) ? try types.alias(ofResource: id) : id
  }

  /// The type that an import or export is declared to have; resources that it introduces are appended.
  private func externType(
    _ syntax: ExternSyntax, into resources: inout [TypeID]
  ) throws(ComponentError) -> Entity {
    switch syntax {
    case .coreModule(let index):
      guard case .module(let type) = try element(index, of: scope.coreTypes, "core type") else {
        throw failure("core type \(index) should be a module type")
      }
      return .module(type)
    case .function(let index): return .function(try functionType(index))
    case .value: throw failure("component values are not supported")
    case .type(.equal(let index)): return .type(try renamed(try typeIndex(index)))
    case .type(.subResource):
      let resource = try types.resource(owner: nil)
      resources.append(resource)
      return .type(resource)
    case .component(let index):
      let id = try typeIndex(index)
      guard case .component = types[id] else {
        throw failure("type \(index) should be a component type, it is \(types[id].description)")
      }
      return .component(id)
    case .instance(let index):
      let id = try typeIndex(index)
      guard case .instance = types[id] else {
        throw failure("type \(index) should be an instance type, it is \(types[id].description)")
      }
      return .instance(try types.instantiate(instanceType: id, resources: &resources))
    }
  }
}
