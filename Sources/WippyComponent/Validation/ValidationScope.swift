import WippyEngine

/// The index spaces of one component, component type or instance type while it is validated.
final class ValidationScope {
  enum Kind {
    case component, componentType, instanceType
  }

  enum CoreType {
    case function(CoreFunctionType?)
    case module(CoreModuleType)
  }

  let kind: Kind
  let id: Int
  var coreFunctions: [CoreFunctionType?] = []
  var coreTables: [CoreExternType] = []
  var coreMemories: [CoreLimits] = []
  var coreGlobals: [CoreExternType] = []
  var coreTags: [CoreFunctionType?] = []
  var coreTypes: [CoreType] = []
  var coreModules: [CoreModuleType] = []
  var coreInstances: [[String: CoreExternType]] = []
  var functions: [TypeID] = []
  var types: [TypeID] = []
  var components: [TypeID] = []
  var instances: [TypeID] = []

  var shape = ComponentShape()
  var importNames = NameScope()
  var exportNames = NameScope()
  var visible = VisibleTypes()

  init(_ kind: Kind, id: Int) {
    self.kind = kind
    self.id = id
  }

  /// Appends something to the index space of its sort.
  func append(_ entity: Entity) {
    switch entity {
    case .module(let type): coreModules.append(type)
    case .function(let id): functions.append(id)
    case .type(let id): types.append(id)
    case .component(let id): components.append(id)
    case .instance(let id): instances.append(id)
    }
  }

  func append(_ type: CoreExternType) {
    switch type {
    case .function(let type): coreFunctions.append(type)
    case .table: coreTables.append(type)
    case .memory(let limits): coreMemories.append(limits)
    case .global: coreGlobals.append(type)
    case .tag(let type): coreTags.append(type)
    }
  }
}

/// The names of a scope's imports or exports, and the resources among them.
struct NameScope {
  private var keys: Set<String> = []
  var resources: [String: TypeID] = [:]

  /// Returns `false` when there is such a name already.
  mutating func insert(_ name: ExternName) -> Bool {
    keys.insert(name.uniquenessKey).inserted
  }
}
