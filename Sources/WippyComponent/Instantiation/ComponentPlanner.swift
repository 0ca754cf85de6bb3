import WippyEngine

/// Makes the plan of a component: evaluates its definitions in order, nested components included, down to core
/// modules, core instances and host functions.
///
/// Source: the component-model repository, Explainer.md ("Instance Definitions", "Canonical Definitions").
package struct ComponentPlanner {
  private let bytes: UnsafeRawBufferPointer
  private let provider: any HostProvider
  private var plan = GuestPlan()
  /// By where a module begins. The type of the keys is one that is used anyway: each further one costs a start 0.1 ms.
  private var moduleIndex: [UInt64: Int] = [:]
  private var destructors: [ResourceType: CoreItem] = [:]
  /// Resources that some component instance of this plan defines; all others are the host's.
  private var guestResources: Set<ResourceType> = []
  private var adapted: [AdaptedFunction: CoreItem] = [:]
  private var nesting = 0
  /// What is left of the definitions that a plan may evaluate: nested components multiply them.
  private var definitionBudget = 1_000_000
  /// What is left of the type nodes that layouts are made for.
  private var layoutBudget = 500_000

  /// - Parameters:
  ///   - bytes: The whole component.
  ///   - provider: Gives the host function of each import that is lowered.
  package static func plan(
    _ syntax: ComponentSyntax, bytes: UnsafeRawBufferPointer, provider: any HostProvider
  ) throws(ComponentError) -> GuestPlan {
    var planner = ComponentPlanner(bytes: bytes, provider: provider)
    let root = try planner.instantiate(syntax, scope: nil, arguments: nil)
    try planner.addExports(of: root)
    return planner.plan
  }

  private init(bytes: UnsafeRawBufferPointer, provider: any HostProvider) {
    self.bytes = bytes
    self.provider = provider
  }

  // MARK: Components

  /// - Parameter arguments: What a nested component is given; `nil` for the outermost, which the host gives
  ///   what it imports.
  private mutating func instantiate(
    _ syntax: ComponentSyntax, scope: Frame?, arguments: [String: InstanceItem.Item]?
  ) throws(ComponentError) -> InstanceItem {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= 100, plan.steps.count <= 10_000 else {
      throw ComponentError("the component instantiates too many components inside of each other")
    }
    let frame = Frame(parent: scope)
    let exports = InstanceItem()
    definitionBudget -= syntax.definitions.count
    guard definitionBudget >= 0 else {
      throw ComponentError("the component instantiates too many components: their definitions are over a million")
    }
    for definition in syntax.definitions {
      let offset = definition.offset
      let types = TypeEvaluation(frame: frame, offset: offset)
      switch definition.kind {
      case .coreModule(let range): frame.coreModules.append(try module(range))
      case .coreInstance(let instance): try addCoreInstance(instance, frame, offset)
      case .coreType: continue
      case .component(let nested): frame.components.append(ComponentItem(syntax: nested, scope: frame))
      case .instance(let instance): frame.instances.append(try self.instance(instance, frame, offset))
      case .alias(let alias): try add(alias, frame, offset)
      case .type(.resource(let destructor)): try addResource(destructor, frame, offset)
      case .type(let type): frame.types.append(try types.evaluate(type))
      case .canonical(let canonical): try add(canonical, frame, offset)
      case .start: throw ComponentError(offset: offset, "component start functions are not supported")
      case .import(let name, let extern):
        if let arguments {
          guard let argument = arguments[name] else {
            throw ComponentError(offset: offset, "a nested component is not given its import \(name)")
          }
          frame.append(argument)
        } else {
          frame.append(try hostItem(name, extern, types))
        }
      case .export(let name, let sort, let index, _):
        let item = try item(sort, index, frame, offset)
        frame.append(item)
        exports.add(name, item)
      }
    }
    return exports
  }

  /// What the host provides for an import of the outermost component.
  private func hostItem(
    _ name: String, _ extern: ExternSyntax, _ types: TypeEvaluation
  ) throws(ComponentError) -> InstanceItem.Item {
    switch extern {
    case .instance(let index):
      guard case .instance(let declarations, let scope) = try types.type(index) else {
        throw ComponentError(offset: types.offset, "type \(index) is not an instance type")
      }
      return .instance(try types.hostInstance(name, declarations, scope: scope))
    case .function(let index): return .function(.host(interface: "", name: name, type: try types.function(index)))
    case .type(.equal(let index)): return .type(try types.type(index))
    case .type(.subResource): return .type(.resource(ResourceType(name: name)))
    case .component, .coreModule, .value:
      throw ComponentError(
        offset: types.offset, "the import \(name) is a component, module or value, which the host does not provide")
    }
  }

  private mutating func instance(
    _ syntax: InstanceSyntax, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) -> InstanceItem {
    switch syntax {
    case .exports(let list):
      let instance = InstanceItem()
      for export in list { instance.add(export.name, try item(export.sort, export.index, frame, offset)) }
      return instance
    case .instantiate(let index, let arguments):
      let component = try Self.at(frame.components, index, "component", offset)
      var items: [String: InstanceItem.Item] = [:]
      for argument in arguments { items[argument.name] = try item(argument.sort, argument.index, frame, offset) }
      return try instantiate(component.syntax, scope: component.scope, arguments: items)
    }
  }

  private func item(
    _ sort: Sort, _ index: UInt32, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) -> InstanceItem.Item {
    switch sort {
    case .function: .function(try Self.at(frame.functions, index, "function", offset))
    case .type: .type(try Self.at(frame.types, index, "type", offset))
    case .instance: .instance(try Self.at(frame.instances, index, "instance", offset))
    case .component: .component(try Self.at(frame.components, index, "component", offset))
    case .core(.module): .coreModule(try Self.at(frame.coreModules, index, "core module", offset))
    case .core, .value: throw ComponentError(offset: offset, "an item of a kind that is not supported here")
    }
  }

  private func add(_ alias: AliasSyntax, _ frame: Frame, _ offset: Int) throws(ComponentError) {
    switch alias {
    case .instanceExport(_, let index, let name):
      let instance = try Self.at(frame.instances, index, "instance", offset)
      guard let item = instance[name] else {
        throw ComponentError(offset: offset, "instance \(index) has no export \(name)")
      }
      frame.append(item)
    case .coreInstanceExport(let sort, let index, let name):
      let instance = try Self.at(frame.coreInstances, index, "core instance", offset)
      guard let item = instance.item(name) else {
        throw ComponentError(offset: offset, "core instance \(index) has no export \(name)")
      }
      switch sort {
      case .function: frame.coreFunctions.append(item)
      case .table: frame.coreTables.append(item)
      case .memory: frame.coreMemories.append(item)
      case .global: frame.coreGlobals.append(item)
      case .tag: frame.coreTags.append(item)
      case .type, .module, .instance:
        throw ComponentError(offset: offset, "a core instance exports no items of that kind")
      }
    case .outer(.core(.type), _, _): return
    case .outer(let sort, let depth, let index):
      guard let outer = frame.outer(depth) else {
        throw ComponentError(offset: offset, "there are no \(depth) components outwards")
      }
      frame.append(try item(sort, index, outer, offset))
    }
  }

  // MARK: Core modules and instances

  private mutating func module(_ range: Range<Int>) throws(ComponentError) -> Int {
    let start = UInt64(range.lowerBound)
    if let index = moduleIndex[start] { return index }
    plan.modules.append(PlannedModule(.embedded(range), try CoreModuleSummary.scan(bytes, range: range)))
    moduleIndex[start] = plan.modules.count - 1
    return plan.modules.count - 1
  }

  private mutating func addCoreInstance(
    _ syntax: CoreInstanceSyntax, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) {
    switch syntax {
    case .exports(let list):
      var items: [String: CoreItem] = [:]
      for export in list { items[export.name] = try coreItem(export.sort, export.index, frame, offset) }
      frame.coreInstances.append(.bundle(items))
    case .instantiate(let index, let arguments):
      let module = try Self.at(frame.coreModules, index, "core module", offset)
      var namespaces: [String: CoreNamespace] = [:]
      for argument in arguments {
        let namespace = try Self.at(frame.coreInstances, argument.instance, "core instance", offset)
        if case .bundle(let items) = namespace { try adapt(items.values) }
        namespaces[argument.name] = namespace
      }
      guard plan.steps.count < 10_000 else {
        throw ComponentError(offset: offset, "the component makes more than 10000 core instances")
      }
      plan.steps.append(GuestPlan.Step(module: module, arguments: namespaces))
      frame.coreInstances.append(.instance(step: plan.steps.count - 1))
    }
  }

  private func coreItem(
    _ sort: CoreSort, _ index: UInt32, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) -> CoreItem {
    switch sort {
    case .function: try Self.at(frame.coreFunctions, index, "core function", offset)
    case .table: try Self.at(frame.coreTables, index, "core table", offset)
    case .memory: try Self.at(frame.coreMemories, index, "core memory", offset)
    case .global: try Self.at(frame.coreGlobals, index, "core global", offset)
    case .tag: try Self.at(frame.coreTags, index, "core tag", offset)
    case .type, .module, .instance: throw ComponentError(offset: offset, "a core instance has no such items")
    }
  }

  /// Makes an adapter module for those of `items` that need one and have none yet.
  private mutating func adapt(_ items: some Sequence<CoreItem>) throws(ComponentError) {
    var wanted: [AdaptedFunction] = []
    for case .adapted(let function) in items where adapted[function] == nil && !wanted.contains(function) {
      wanted.append(function)
    }
    guard !wanted.isEmpty else { return }
    // Bundles are unordered: sorted, the same component gets the same adapter, which is cached by its bytes.
    wanted.sort { $0.order < $1.order }
    var module = AdapterModule()
    var guest: [String: CoreItem] = [:]
    for (place, function) in wanted.enumerated() {
      switch function {
      case .import(let index):
        let linked = plan.imports[index]
        var name: String?
        if let realloc = linked.realloc { name = Self.name(realloc, prefix: "realloc", in: &guest) }
        module.addImport(index: index, type: linked.coreType, realloc: name, export: "\(place)")
      case .drop(let resource):
        guard let destructor = destructors[resource] else { continue }
        let name = Self.name(destructor, prefix: "destructor", in: &guest)
        module.addDrop(of: resource, destructor: name, export: "\(place)")
      }
    }
    try adapt(guest.values)
    plan.modules.append(try PlannedModule(adapter: module.binary))
    plan.steps.append(
      GuestPlan.Step(
        module: plan.modules.count - 1,
        arguments: [
          AdapterModule.hostModule: .bundle(module.hostNamespace), AdapterModule.guestModule: .bundle(guest),
        ]))
    for (place, function) in wanted.enumerated() {
      adapted[function] = .export(step: plan.steps.count - 1, name: "\(place)")
    }
    plan.adapted = adapted
  }

  private static func name(_ item: CoreItem, prefix: String, in guest: inout [String: CoreItem]) -> String {
    if let known = guest.first(where: { $0.value == item }) { return known.key }
    let name = "\(prefix)-\(guest.count)"
    guest[name] = item
    return name
  }

  // MARK: Resources and canonical definitions

  private mutating func addResource(_ destructor: UInt32?, _ frame: Frame, _ offset: Int) throws(ComponentError) {
    let resource = ResourceType(name: "resource")
    guestResources.insert(resource)
    if let destructor {
      destructors[resource] = try Self.at(frame.coreFunctions, destructor, "core function", offset)
    }
    frame.types.append(.resource(resource))
  }

  private mutating func add(_ syntax: CanonicalSyntax, _ frame: Frame, _ offset: Int) throws(ComponentError) {
    let types = TypeEvaluation(frame: frame, offset: offset)
    switch syntax {
    case .lift(let index, let options, let type):
      let signature = try signature(try types.function(type), offset)
      var export = PlannedExport(
        name: "", signature: signature, coreType: signature.lifted,
        function: try Self.at(frame.coreFunctions, index, "core function", offset))
      export.encoding = options.encoding
      export.memory = try optional(options.memory, in: frame.coreMemories, "core memory", offset)
      export.realloc = try optional(options.realloc, in: frame.coreFunctions, "core function", offset)
      export.postReturn = try optional(options.postReturn, in: frame.coreFunctions, "core function", offset)
      frame.functions.append(.lifted(export))
    case .lower(let index, let options):
      guard case .host(let interface, let name, let type) = try Self.at(frame.functions, index, "function", offset)
      else { throw ComponentError(offset: offset, "calls from one component to another are not supported yet") }
      let signature = try signature(type, offset)
      let linked = LinkedImport(
        interface: interface, name: name, coreType: signature.lowered, signature: signature,
        memory: try optional(options.memory, in: frame.coreMemories, "core memory", offset),
        realloc: try optional(options.realloc, in: frame.coreFunctions, "core function", offset),
        encoding: options.encoding, function: provider.function(interface: interface, name: name, signature: signature),
        returnedResource: type.result?.firstOwnedResource)
      plan.imports.append(linked)
      let place = plan.imports.count - 1
      switch linked.function {
      case .immediate: frame.coreFunctions.append(.host(.immediate(import: place)))
      case .resumable: frame.coreFunctions.append(.adapted(.import(place)))
      }
    case .resourceNew(let type):
      frame.coreFunctions.append(.host(.resourceNew(try types.resource(type))))
    case .resourceRep(let type):
      frame.coreFunctions.append(.host(.resourceRep(try types.resource(type))))
    case .resourceDrop(let type):
      let resource = try types.resource(type)
      let hasDestructor = destructors[resource] != nil
      frame.coreFunctions.append(hasDestructor ? .adapted(.drop(resource)) : .host(.resourceDrop(resource)))
    }
  }

  private mutating func signature(_ type: FunctionType, _ offset: Int) throws(ComponentError) -> Signature {
    for part in type.parameters.map(\.type) + [type.result].compactMap(\.self) {
      layoutBudget -= part.nodes(upTo: max(layoutBudget, 0) + 1)
    }
    guard layoutBudget >= 0 else {
      throw ComponentError(offset: offset, "the types of the component's functions are too large: over 500000 parts")
    }
    do {
      return try Signature(type)
    } catch {
      throw ComponentError(offset: offset, error.message)
    }
  }

  private func optional(
    _ index: UInt32?, in items: [CoreItem], _ what: String, _ offset: Int
  ) throws(ComponentError) -> CoreItem? {
    guard let index else { return nil }
    return try Self.at(items, index, what, offset)
  }

  // MARK: Exports

  private mutating func addExports(of root: InstanceItem) throws(ComponentError) {
    for name in root.names {
      switch root[name] {
      case .function(let function): try addExport(function, interface: nil, name: name)
      case .instance(let instance):
        for member in instance.names {
          if case .function(let function) = instance[member] {
            try addExport(function, interface: name, name: member)
          }
        }
      default: continue
      }
    }
  }

  private mutating func addExport(_ item: FunctionItem, interface: String?, name: String) throws(ComponentError) {
    // A host function that is exported again has nothing to run.
    guard case .lifted(var export) = item else { return }
    export.interface = interface
    export.name = name
    try adapt([export.function, export.realloc, export.postReturn].compactMap { $0 })
    plan.add(export)
  }

  private static func at<Element>(
    _ items: [Element], _ index: UInt32, _ what: String, _ offset: Int
  ) throws(ComponentError) -> Element {
    guard index < items.count else { throw ComponentError(offset: offset, "there is no \(what) \(index)") }
    return items[Int(index)]
  }
}

extension Frame {
  /// Gives an item the next index of its sort.
  func append(_ item: InstanceItem.Item) {
    switch item {
    case .function(let function): functions.append(function)
    case .type(let type): types.append(type)
    case .instance(let instance): instances.append(instance)
    case .component(let component): components.append(component)
    case .coreModule(let module): coreModules.append(module)
    }
  }
}

extension AdaptedFunction {
  /// Imports first, by their number; then drops.
  fileprivate var order: Int {
    switch self {
    case .import(let index): index
    case .drop(let resource): 1_000_000_000 + resource.serial
    }
  }
}
