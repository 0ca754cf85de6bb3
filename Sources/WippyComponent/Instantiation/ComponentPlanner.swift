import WippyEngine

/// Makes the plan of a component: evaluates its definitions in order, nested components included, down to core
/// modules, core instances and host functions.
///
/// Source: the component-model repository, Explainer.md ("Instance Definitions", "Canonical Definitions").
package struct ComponentPlanner {
  private let bytes: UnsafeRawBufferPointer
  private let provider: any HostProvider
  var plan = GuestPlan()
  /// By where a module begins. The type of the keys is one that is used anyway: each further one costs a start 0.1 ms.
  private var moduleIndex: [UInt64: Int] = [:]
  var adapters = AdapterPlanning()
  private let scopes = FrameScopes()
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
    defer { planner.scopes.clear() }
    let root = try planner.instantiate(syntax, scope: nil, instance: 0, arguments: nil)
    try planner.addExports(of: root)
    planner.plan.merge = ModuleMerge.make(of: planner.plan)
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
    _ syntax: ComponentSyntax, scope: Frame?, instance: Int, arguments: [String: InstanceItem.Item]?
  ) throws(ComponentError) -> InstanceItem {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= 100, plan.steps.count <= 10_000 else {
      throw ComponentError("the component instantiates too many components inside of each other")
    }
    let frame = Frame(parent: scope, instance: instance, scopes: scopes)
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
      case .component(let nested): frame.add(ComponentItem(syntax: nested, scope: frame))
      case .instance(let instance): frame.instances.append(try self.instance(instance, frame, offset))
      case .alias(let alias): try add(alias, frame, offset)
      case .type(.resource(let destructor)): try addResource(destructor, frame, offset)
      case .type(let type): frame.add(try types.evaluate(type))
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
      guard plan.parents.count < InstanceFlags.limit / 2 else {
        throw ComponentError(offset: offset, "the component makes too many component instances")
      }
      plan.parents.append(frame.instance)
      return try instantiate(
        component.syntax, scope: component.scope, instance: plan.parents.count - 1, arguments: items)
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
      items.reserveCapacity(list.count)
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

  // MARK: Resources and canonical definitions

  private mutating func addResource(_ destructor: UInt32?, _ frame: Frame, _ offset: Int) throws(ComponentError) {
    let resource = ResourceType(name: "resource", definer: frame.instance)
    if let destructor {
      adapters.destructors[resource] = try Self.at(frame.coreFunctions, destructor, "core function", offset)
    }
    frame.add(.resource(resource))
  }

  private mutating func add(_ syntax: CanonicalSyntax, _ frame: Frame, _ offset: Int) throws(ComponentError) {
    let types = TypeEvaluation(frame: frame, offset: offset)
    switch syntax {
    case .asynchronous(let builtIn):
      frame.coreFunctions.append(.host(try unsupported(builtIn, frame, offset)))
    case .lift(_, let options, let type) where options.isAsync:
      frame.functions.append(.unsupported("an asynchronous function", type: try types.function(type)))
    case .lift(let index, let options, let type):
      let signature = try signature(try types.function(type), offset)
      let side = try side(options, frame, offset)
      var export = PlannedExport(
        instance: frame.instance, name: "", signature: signature, coreType: signature.lifted,
        function: try Self.at(frame.coreFunctions, index, "core function", offset))
      export.encoding = side.encoding
      export.memory = side.memory
      export.realloc = side.realloc
      export.postReturn = try optional(options.postReturn, in: frame.coreFunctions, "core function", offset)
      frame.functions.append(.lifted(export))
    case .lower(let index, let options):
      let side = try side(options, frame, offset)
      switch try Self.at(frame.functions, index, "function", offset) {
      case .host(_, _, let type) where options.isAsync, .unsupported(_, let type):
        frame.coreFunctions.append(.host(try unsupported(type, options, frame, offset)))
      case .lifted(let export) where options.isAsync:
        frame.coreFunctions.append(
          .host(try unsupported(export.signature?.type ?? FunctionType(parameters: []), options, frame, offset)))
      case .host(let interface, let name, let type):
        frame.coreFunctions.append(try lowered(interface, name, type, side, offset))
      case .lifted(let export):
        frame.coreFunctions.append(.adapted(.call(try adapters.add(call(of: export, from: side, offset)))))
      }
    case .resourceNew(let type):
      frame.coreFunctions.append(.host(.resourceNew(try types.resource(type), instance: frame.instance)))
    case .resourceRep(let type):
      frame.coreFunctions.append(.host(.resourceRep(try types.resource(type), instance: frame.instance)))
    case .resourceDrop(let type):
      let resource = try types.resource(type)
      guard let destructor = adapters.destructors[resource] else {
        frame.coreFunctions.append(.host(.resourceDrop(resource, instance: frame.instance)))
        return
      }
      let drop = PlannedDrop(
        resource: resource, instance: frame.instance, destructor: destructor,
        entered: plan.entered(by: resource.definer ?? 0, from: frame.instance))
      frame.coreFunctions.append(.adapted(.drop(adapters.add(drop))))
    }
  }

  private func side(
    _ options: CanonicalOptionsSyntax, _ frame: Frame, _ offset: Int
  ) throws(ComponentError) -> PlannedCall.Side {
    PlannedCall.Side(
      instance: frame.instance, memory: try optional(options.memory, in: frame.coreMemories, "core memory", offset),
      realloc: try optional(options.realloc, in: frame.coreFunctions, "core function", offset),
      encoding: options.encoding)
  }

  /// The core function of a host function that is lowered.
  private mutating func lowered(
    _ interface: String, _ name: String, _ type: FunctionType, _ side: PlannedCall.Side, _ offset: Int
  ) throws(ComponentError) -> CoreItem {
    let signature = try signature(type, offset)
    let linked = LinkedImport(
      instance: side.instance, interface: interface, name: name, coreType: signature.lowered, signature: signature,
      memory: side.memory, realloc: side.realloc, encoding: side.encoding,
      function: provider.function(interface: interface, name: name, signature: signature),
      returnedResource: type.result?.firstOwnedResource)
    plan.imports.append(linked)
    let place = plan.imports.count - 1
    return switch linked.function {
    case .immediate: .host(.immediate(import: place))
    case .resumable: .adapted(.import(place))
    }
  }

  /// The call of a function that another component instance has lifted, or this one.
  private mutating func call(
    of export: PlannedExport, from caller: PlannedCall.Side, _ offset: Int
  ) throws(ComponentError) -> PlannedCall {
    guard let signature = export.signature else {
      throw ComponentError(offset: offset, "a function without a type is lowered")
    }
    // Each call is code of its own.
    for layout in signature.parameters + [signature.result].compactMap(\.self) { try spend(on: layout.type, offset) }
    let callee = PlannedCall.Side(
      instance: export.instance, memory: export.memory, realloc: export.realloc, encoding: export.encoding)
    return PlannedCall(
      signature: signature, caller: caller, callee: callee, function: export.function,
      postReturn: export.postReturn, entered: plan.entered(by: callee.instance, from: caller.instance),
      parameterMemories: memories(caller, callee), resultMemories: memories(callee, caller))
  }

  private mutating func memories(_ source: PlannedCall.Side, _ target: PlannedCall.Side) -> Int? {
    guard let from = source.memory, let to = target.memory else { return nil }
    return adapters.number(of: MemoryPair(source: from, target: to), in: &plan)
  }

  private mutating func spend(on type: ValueType, _ offset: Int) throws(ComponentError) {
    layoutBudget -= type.nodes(upTo: max(layoutBudget, 0) + 1)
    guard layoutBudget >= 0 else {
      throw ComponentError(offset: offset, "the types of the component's functions are too large: over 500000 parts")
    }
  }

  private mutating func signature(_ type: FunctionType, _ offset: Int) throws(ComponentError) -> Signature {
    for part in type.parameters.map(\.type) + [type.result].compactMap(\.self) { try spend(on: part, offset) }
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
    case .type(let type): add(type)
    case .instance(let instance): instances.append(instance)
    case .component(let component): add(component)
    case .coreModule(let module): coreModules.append(module)
    }
  }
}
