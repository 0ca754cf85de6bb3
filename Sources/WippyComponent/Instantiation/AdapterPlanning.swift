import WippyEngine

/// What the adapters of a plan are about, by number, and where those are that have been made.
struct AdapterPlanning {
  var destructors: [ResourceType: CoreItem] = [:]
  private(set) var drops: [PlannedDrop] = []
  private(set) var calls: [PlannedCall] = []
  private var pairNumbers: [MemoryPair: Int] = [:]

  mutating func add(_ drop: PlannedDrop) -> Int {
    drops.append(drop)
    return drops.count - 1
  }

  mutating func add(_ call: PlannedCall) -> Int {
    calls.append(call)
    return calls.count - 1
  }

  mutating func number(of pair: MemoryPair, in plan: inout GuestPlan) -> Int {
    if let known = pairNumbers[pair] { return known }
    plan.memoryPairs.append(pair)
    pairNumbers[pair] = plan.memoryPairs.count - 1
    return plan.memoryPairs.count - 1
  }
}

extension ComponentPlanner {
  /// Makes an adapter module for those of `items` that need one and have none yet.
  mutating func adapt(_ items: some Sequence<CoreItem>) throws(ComponentError) {
    var missing: [AdaptedFunction] = []
    for case .adapted(let function) in items where plan.adapted[function.number] == nil { missing.append(function) }
    guard !missing.isEmpty else { return }
    // Bundles are unordered: sorted, the same component gets the same adapter, which is cached by its bytes.
    missing.sort { $0.number < $1.number }
    var wanted: [AdaptedFunction] = []
    for function in missing where wanted.last != function { wanted.append(function) }
    var module = AdapterModule()
    for (place, function) in wanted.enumerated() {
      switch function {
      case .import(let index):
        let linked = plan.imports[index]
        module.addImport(index: index, type: linked.coreType, realloc: linked.realloc, export: "\(place)")
      case .drop(let index):
        let drop = adapters.drops[index]
        module.addDrop(drop, flags: drop.entered.isEmpty ? nil : try flags(), export: "\(place)")
      case .call(let index):
        try CallAdapter.add(adapters.calls[index], to: &module, flags: try flags(), export: "\(place)")
      }
    }
    try adapt(module.guestNamespace.values)
    plan.modules.append(try PlannedModule(adapter: module.binary))
    plan.steps.append(
      GuestPlan.Step(
        module: plan.modules.count - 1,
        arguments: [
          AdapterModule.hostModule: .bundle(module.hostNamespace),
          AdapterModule.guestModule: .bundle(module.guestNamespace),
        ]))
    for (place, function) in wanted.enumerated() {
      plan.adapted[function.number] = .export(step: plan.steps.count - 1, name: "\(place)")
    }
  }

  /// The memory of the flags, which is made before what uses it first.
  private mutating func flags() throws(ComponentError) -> CoreItem {
    if let step = plan.flagsStep { return .export(step: step, name: InstanceFlags.export) }
    plan.modules.append(try PlannedModule(adapter: AdapterModule.flags))
    plan.steps.append(GuestPlan.Step(module: plan.modules.count - 1, arguments: [:]))
    plan.flagsStep = plan.steps.count - 1
    return .export(step: plan.steps.count - 1, name: InstanceFlags.export)
  }
}
