import WippyEngine

/// Makes the plan of a core module: its imports are functions of the host, its exports are functions.
package struct CorePlanner {
  /// - Parameters:
  ///   - summary: What the module imports and exports.
  ///   - bytes: The length of the whole module.
  ///   - signatures: The WIT signatures of exports, by name; other exports have their core types.
  package static func plan(
    _ summary: CoreModuleSummary, byteCount bytes: Int, signatures: [String: FunctionType],
    provider: any HostProvider
  ) throws(ComponentError) -> GuestPlan {
    var plan = GuestPlan()
    let start = StartExport(summary)
    plan.modules = [
      start.map { PlannedModule(.started(0..<bytes), $0.rewritten(summary)) }
        ?? PlannedModule(.embedded(0..<bytes), summary)
    ]
    var adapter = AdapterModule()
    var adapted: [(Int, String)] = []
    var namespaces: [String: [String: CoreItem]] = [:]
    for item in summary.imports {
      guard case .function(let type?) = item.type else {
        throw ComponentError(
          "the module imports \(item.module).\(item.name), a \(item.type.kind): the host provides functions only")
      }
      guard type.results.count <= 1, !(type.parameters + type.results).contains(where: { !$0.isNumber }) else {
        throw ComponentError(
          "the module imports \(item.module).\(item.name) with a type that the host has no function of")
      }
      let function = provider.coreFunction(module: item.module, name: item.name, type: type)
      plan.imports.append(
        LinkedImport(interface: item.module, name: item.name, coreType: type, function: function))
      let index = plan.imports.count - 1
      switch function {
      case .immediate: namespaces[item.module, default: [:]][item.name] = .host(.immediate(import: index))
      case .resumable:
        namespaces[item.module, default: [:]][item.name] = .adapted(.import(index))
        adapter.addImport(index: index, type: type, realloc: nil, export: "\(index)")
        adapted.append((index, "\(index)"))
      }
    }
    if !adapted.isEmpty {
      plan.modules.append(try PlannedModule(adapter: adapter.binary))
      plan.steps.append(
        GuestPlan.Step(
          module: 1, arguments: [AdapterModule.hostModule: .bundle(adapter.hostNamespace)]))
      for (index, name) in adapted { plan.adapted[AdaptedFunction.import(index).number] = .export(step: 0, name: name) }
    }
    plan.steps.append(
      GuestPlan.Step(
        module: 0, arguments: namespaces.mapValues { CoreNamespace.bundle($0) }))
    let main = plan.steps.count - 1
    plan.start = start.map { .export(step: main, name: $0.name) }
    let memory = exported("memory", in: summary, main)
    if !plan.imports.isEmpty, summary.exports.contains(where: { $0.name == "memory" && $0.type.isWideMemory }) {
      throw ComponentError("the module's `memory` has 64-bit addresses: host functions take 32-bit ones")
    }
    for index in plan.imports.indices { plan.imports[index].memory = memory }
    for item in summary.exports {
      guard case .function(let type?) = item.type else { continue }
      plan.add(
        try export(item.name, type, signatures[item.name], memory: memory, summary: summary, step: main))
    }
    return plan
  }

  private static func export(
    _ name: String, _ type: CoreFunctionType, _ wit: FunctionType?, memory: CoreItem?,
    summary: CoreModuleSummary, step: Int
  ) throws(ComponentError) -> PlannedExport {
    let function = CoreItem.export(step: step, name: name)
    guard let wit else {
      return PlannedExport(interface: nil, name: name, signature: nil, coreType: type, function: function)
    }
    let signature: Signature
    do throws(ABIViolation) {
      signature = try Signature(wit)
    } catch {
      throw ComponentError(error.message)
    }
    guard signature.lifted == type else {
      throw ComponentError(
        "the `wit` of \(name) needs the core function \(signature.lifted.text), and the module exports \(type.text)")
    }
    let needsMemory =
      signature.resultInMemory || signature.spilledParameters != nil
      || signature.parameters.contains { $0.needsAllocation }
    guard memory != nil || !needsMemory else {
      throw ComponentError("the `wit` of \(name) passes strings or lists, and the module exports no `memory`")
    }
    let realloc = exported("cabi_realloc", in: summary, step)
    let allocates = signature.spilledParameters != nil || signature.parameters.contains { $0.needsAllocation }
    guard realloc != nil || !allocates else {
      throw ComponentError(
        "the `wit` of \(name) takes strings or lists, and the module exports no `cabi_realloc` to put them")
    }
    var planned = PlannedExport(
      interface: nil, name: name, signature: signature, coreType: type, function: function)
    planned.memory = memory
    planned.realloc = realloc
    planned.postReturn = exported("cabi_post_\(name)", in: summary, step)
    return planned
  }

  private static func exported(_ name: String, in summary: CoreModuleSummary, _ step: Int) -> CoreItem? {
    summary.exports.contains { $0.name == name } ? .export(step: step, name: name) : nil
  }
}

extension CoreExternType {
  fileprivate var isWideMemory: Bool {
    if case .memory(let limits) = self { limits.is64 } else { false }
  }
}

extension CoreValueType {
  /// Whether it is a number, and so can cross between a guest and the host.
  package var isNumber: Bool {
    switch self {
    case .i32, .i64, .f32, .f64: true
    case .v128, .funcref, .externref: false
    }
  }
}

extension CoreFunctionType {
  /// `(i32, i64) -> f32`
  package var text: String {
    let parameters = parameters.map(\.name).joined(separator: ", ")
    guard !results.isEmpty else { return "(\(parameters))" }
    return "(\(parameters)) -> \(results.map(\.name).joined(separator: ", "))"
  }
}
