import WippyEngine

/// The place of a type in a `TypeTable`.
typealias TypeID = UInt32

/// A type whose parts are places in a `TypeTable` rather than indices of the component that wrote it.
///
/// For value types the syntax serves again: every index in it is a `TypeID` here.
enum TypeShape {
  case value(ValueTypeSyntax)
  case function(parameters: [(name: String, type: ValueReference)], result: ValueReference?, isAsync: Bool)
  case component(ComponentShape)
  case instance(InstanceShape)
  /// `owner` is the scope whose own `resource` definition this is; `nil` for imported and abstract ones.
  case resource(owner: Int?)

  /// For messages: what this is, with an article.
  var description: String {
    switch self {
    case .value: "a value type"
    case .function: "a function type"
    case .component: "a component type"
    case .instance: "an instance type"
    case .resource: "a resource type"
    }
  }
}

/// What an import or an export of a component is, with its type.
enum Entity {
  case module(CoreModuleType)
  case function(TypeID)
  case type(TypeID)
  case component(TypeID)
  case instance(TypeID)

  /// For messages: what this is, with an article.
  var description: String {
    switch self {
    case .module: "a core module"
    case .function: "a function"
    case .type: "a type"
    case .component: "a component"
    case .instance: "an instance"
    }
  }

  var id: TypeID? {
    switch self {
    case .module: nil
    case .function(let id), .type(let id), .component(let id), .instance(let id): id
    }
  }

  func mapped(_ transform: (TypeID) throws(ComponentError) -> TypeID) throws(ComponentError) -> Entity {
    switch self {
    case .module: self
    case .function(let id): .function(try transform(id))
    case .type(let id): .type(try transform(id))
    case .component(let id): .component(try transform(id))
    case .instance(let id): .instance(try transform(id))
    }
  }
}

/// Named entities in order, with quick look-up.
struct EntityList {
  private(set) var entries: [(name: String, entity: Entity)] = []
  private var positions: [String: Int] = [:]

  subscript(name: String) -> Entity? {
    positions[name].map { entries[$0].entity }
  }

  mutating func append(_ name: String, _ entity: Entity) {
    positions[name] = entries.count
    entries.append((name, entity))
  }

  func mapped(_ transform: (TypeID) throws(ComponentError) -> TypeID) throws(ComponentError) -> EntityList {
    var copy = self
    for index in copy.entries.indices {
      copy.entries[index].entity = try copy.entries[index].entity.mapped(transform)
    }
    return copy
  }
}

struct ComponentShape {
  var imports = EntityList()
  var exports = EntityList()
  /// The resource types that imports introduce: replaced by the arguments' types when it is instantiated.
  var importedResources: [TypeID] = []
  /// The resource types that are its own: fresh with every instance.
  var definedResources: [TypeID] = []
}

struct InstanceShape {
  var exports = EntityList()
  /// The resource types that the type itself introduces; empty for the type of an instance that exists.
  var resources: [TypeID] = []
}

/// What a core module imports and exports.
final class CoreModuleType {
  var imports: [(module: String, name: String, type: CoreExternType)] = []
  var exports: [String: CoreExternType] = [:]

  init() {}

  init(_ summary: CoreModuleSummary) {
    imports = summary.imports.map { ($0.module, $0.name, $0.type) }
    for export in summary.exports { exports[export.name] = export.type }
  }
}

extension ValueTypeSyntax {
  /// The same type with other indices: `reference` for types that are contained, `resource` for handles.
  func mapped(
    reference: (UInt32) throws(ComponentError) -> UInt32, resource: (UInt32) throws(ComponentError) -> UInt32
  ) throws(ComponentError) -> ValueTypeSyntax {
    switch self {
    case .primitive, .flags, .enumeration: return self
    case .record(let fields):
      var copy = fields
      for index in copy.indices { copy[index].type = try copy[index].type.mapped(reference) }
      return .record(copy)
    case .variant(let cases):
      var copy = cases
      for index in copy.indices { copy[index].payload = try copy[index].payload?.mapped(reference) }
      return .variant(copy)
    case .list(let element): return .list(try element.mapped(reference))
    case .tuple(let elements):
      var copy = elements
      for index in copy.indices { copy[index] = try copy[index].mapped(reference) }
      return .tuple(copy)
    case .option(let payload): return .option(try payload.mapped(reference))
    case .result(let ok, let error):
      return .result(ok: try ok?.mapped(reference), error: try error?.mapped(reference))
    case .own(let index): return .own(try resource(index))
    case .borrow(let index): return .borrow(try resource(index))
    case .fixedList(let element, let count): return .fixedList(try element.mapped(reference), count: count)
    case .map(let key, let value): return .map(key: try key.mapped(reference), value: try value.mapped(reference))
    case .stream(let element): return .stream(try element?.mapped(reference))
    case .future(let value): return .future(try value?.mapped(reference))
    }
  }

  /// The contained types, handles excepted.
  var parts: [ValueReference] {
    switch self {
    case .primitive, .flags, .enumeration, .own, .borrow: []
    case .record(let fields): fields.map(\.type)
    case .variant(let cases): cases.compactMap(\.payload)
    case .list(let element), .fixedList(let element, _): [element]
    case .map(let key, let value): [key, value]
    case .stream(let part), .future(let part): [part].compactMap(\.self)
    case .tuple(let elements): elements
    case .option(let payload): [payload]
    case .result(let ok, let error): [ok, error].compactMap(\.self)
    }
  }
}

extension ValueReference {
  func mapped(_ transform: (UInt32) throws(ComponentError) -> UInt32) throws(ComponentError) -> ValueReference {
    switch self {
    case .primitive: self
    case .index(let index): .index(try transform(index))
    }
  }
}
