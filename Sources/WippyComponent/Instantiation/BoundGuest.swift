import WippyCore
import WippyEngine

/// A plan bound to one engine: its modules compiled, its host functions linked, every import looked up as far
/// as it can be without a store. Shared by the processes that run on the engine.
package final class BoundGuest: Sendable {
  package let plan: GuestPlan
  package let engine: Engine
  let modules: [Module]
  let steps: [BoundStep]
  let importPlaces: ImportPlaces
  private let linker: LinkerBox
  /// The memories of imports and exports, by number.
  let memories: [CoreSource]
  /// In the order of the plan's.
  private let exports: [BoundExport]
  /// The start function that is called after the instantiation.
  let start: CoreSource?
  /// The exports of all modules that are memories.
  let exportedMemories: [CoreSource]
  private let definitions: LinkedFunction.Definitions
  /// Gives the whole binary, for backtraces; its bytes stay while the guest is there.
  private let binary: @Sendable () -> UnsafeRawBufferPointer?

  struct BoundStep: Sendable {
    let module: Module
    let imports: [(module: String, name: String, source: CoreSource)]
    let planned: PlannedModule
    /// Present when the module imports functions of the host only.
    let template: InstanceTemplate?
  }

  /// An item, found by number.
  enum CoreSource: Hashable, Sendable {
    case export(step: Int, index: Int)
    case host(name: String)
  }

  /// - Parameters:
  ///   - binary: Gives the whole binary, when a guest has trapped: places in a merged module are places in it.
  ///   - compile: Gives the compiled module of a source, from a cache or a compiler.
  package convenience init(
    plan: GuestPlan, engine: Engine, binary: @escaping @Sendable () -> UnsafeRawBufferPointer? = { nil },
    compile: (GuestPlan.ModuleSource) throws(EngineError) -> Module
  ) throws(GuestLoadError) {
    var chosen = plan
    var modules: [Module] = []
    // Where the modules cannot be merged they may do apart; else the engine names the one that it refuses.
    if let merge = plan.merge, let module = try? compile(.merged(merge)) {
      chosen = plan.merged(by: merge)
      modules = [module]
    } else {
      do throws(EngineError) {
        for module in plan.modules { modules.append(try compile(module.source)) }
      } catch {
        throw .engine(error)
      }
    }
    try self.init(plan: chosen, engine: engine, modules: modules, binary: binary)
  }

  private init(
    plan: GuestPlan, engine: Engine, modules: [Module], binary: @escaping @Sendable () -> UnsafeRawBufferPointer?
  ) throws(GuestLoadError) {
    self.binary = binary
    self.plan = plan
    self.engine = engine
    do {
      self.modules = modules
      func find(_ item: CoreItem) throws(GuestLoadError) -> CoreSource {
        try BoundGuest.source(plan.resolved(item), plan)
      }
      var numbers = MemoryNumbers()
      let bound = try plan.imports.map { BoundImport($0, memory: try numbers.number(of: $0.memory, find: find)) }
      let pairs = try plan.memoryPairs.map { pair in
        (
          source: try numbers.number(of: pair.source, find: find) ?? 0,
          target: try numbers.number(of: pair.target, find: find) ?? 0
        )
      }
      let definitions = LinkedFunction.Definitions(plan: plan, imports: bound, memoryPairs: pairs)
      self.definitions = definitions
      let linker = Linker(engine: engine)
      var steps: [BoundStep] = []
      var defined: Set<String> = []
      for step in plan.steps {
        let module = modules[step.module]
        let planned = plan.modules[step.module]
        let template = try BoundGuest.template(definitions, step, module, engine)
        var imports: [(module: String, name: String, source: CoreSource)] = []
        for item in planned.summary.imports {
          guard let source = step.arguments[item.module]?.item(item.name) else {
            throw GuestLoadError.component(
              ComponentError("a core module imports \(item.module).\(item.name), which it is not given"))
          }
          let resolved = plan.resolved(source)
          if case .host(let function) = resolved {
            guard case .function(function.coreType(in: plan)) = item.type else {
              throw GuestLoadError.component(
                ComponentError(
                  "a core module imports \(item.module).\(item.name) with another type than the function has"))
            }
            if template == nil, defined.insert(function.name).inserted {
              try function.define(
                in: linker, as: (BoundGuest.linkerModule, function.name), definitions)
            }
          }
          imports.append((item.module, item.name, try BoundGuest.source(resolved, plan)))
        }
        steps.append(BoundStep(module: module, imports: imports, planned: planned, template: template))
      }
      self.steps = steps
      importPlaces = ImportPlaces(
        steps.map { $0.template == nil ? $0.imports.map(\.source) : [] },
        exportCounts: steps.map { $0.planned.summary.exports.count }
      ) { source in
        switch source {
        case .host(let name): name
        case .export(let step, let index): steps[step].planned.summary.exports[index].name
        }
      }
      for export in plan.exports { try BoundGuest.check(export, plan) }
      self.linker = LinkerBox(linker)
      exports = try plan.exports.map {
        try BoundExport(
          $0, memory: try numbers.number(of: $0.memory, find: find), entered: plan.entered(by: $0.instance, from: nil),
          find: find)
      }
      memories = numbers.sources
      start = try plan.start.map { try find($0) }
      exportedMemories = steps.enumerated().flatMap { number, step -> [CoreSource] in
        // What generated modules have is not the guest's.
        if step.planned.isGenerated { return [] }
        return step.planned.summary.exports.enumerated().compactMap { index, export in
          // Of a merged module the flags come first.
          if plan.merged != nil, plan.flagsStep != nil, index == 0 { return nil }
          return if case .memory = export.type { CoreSource.export(step: number, index: index) } else { nil }
        }
      }
    } catch let error as GuestLoadError {
      throw error
    } catch let error as EngineError {
      throw .engine(error)
    } catch {
      throw .component(ComponentError("\(error)"))
    }
  }

  /// Checks that an export's core items are what the canonical ABI calls and reads them as.
  private static func check(
    _ export: PlannedExport, _ plan: GuestPlan
  ) throws(GuestLoadError) {
    let pointer = CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32])
    let postReturn = CoreFunctionType(parameters: export.coreType.results, results: [])
    let expected: [(CoreItem?, CoreFunctionType, String)] = [
      (export.function, export.coreType, "function"), (export.realloc, pointer, "realloc"),
      (export.postReturn, postReturn, "post-return function"),
    ]
    for case (let item?, let type, let what) in expected {
      let actual: CoreExternType? =
        switch plan.resolved(item) {
        case .host(let function): .function(function.coreType(in: plan))
        case .export(let step, let name):
          plan.modules[plan.steps[step].module].exportType(name)
        case .adapted: nil
        }
      guard actual == .function(type) else {
        throw .component(
          ComponentError("the \(what) of the export \(export.name) has another core type than \(type.text)"))
      }
    }
    if let memory = export.memory {
      guard case .export(let step, let name) = plan.resolved(memory),
        case .memory(let limits)? = plan.modules[plan.steps[step].module].exportType(name), !limits.is64,
        !limits.isShared
      else { throw .component(ComponentError("the memory of the export \(export.name) is not a 32-bit memory")) }
    }
  }

  /// The template of a module with functions of the host only.
  private static func template(
    _ definitions: LinkedFunction.Definitions, _ step: GuestPlan.Step, _ module: Module, _ engine: Engine
  ) throws -> InstanceTemplate? {
    let plan = definitions.plan
    var functions: [(item: CoreModuleSummary.Import, function: LinkedFunction)] = []
    var defined: Set<String> = []
    for item in plan.modules[step.module].summary.imports {
      guard defined.insert("\(item.module)\0\(item.name)").inserted,
        case .host(let function)? = step.arguments[item.module]?.item(item.name),
        // The engine instantiates what imports a suspending function on a stack of its own only.
        function != .wait, item.type == .function(function.coreType(in: plan))
      else { return nil }
      functions.append((item, function))
    }
    let linker = Linker(engine: engine)
    for (item, function) in functions {
      try function.define(in: linker, as: (item.module, item.name), definitions)
    }
    return try linker.template(for: module)
  }

  /// The backtrace of a fault, with the places where its functions are in the binary.
  func backtrace(of fault: EngineFault) -> [Trap.Frame] {
    guard let merge = plan.merged, !fault.trap.backtrace.isEmpty, let file = binary()
    else { return fault.trap.backtrace }
    return MergedBacktrace.frames(of: fault, merge, file: file)
  }

  func makeAdapter(of export: BoundExport) -> BoundExportAdapter? {
    // Without one the export's functions are called one by one.
    let adapter = ExportAdapter(export.planned, export.plain, flags: plan.flags)
    return try? BoundExportAdapter(adapter, definitions, engine: engine) { item throws(GuestLoadError) in
      try BoundGuest.source(plan.resolved(item), plan)
    }
  }

  /// A host function in a store.
  func hostItem(_ name: String, in context: StoreContext) -> Extern? {
    linker.linker.item(module: BoundGuest.linkerModule, name: name, in: context)
  }

  func hostItem(_ name: UnsafeBufferPointer<CChar>, in context: StoreContext) -> Extern? {
    linker.linker.item(module: BoundGuest.linkerModule, name: name, in: context)
  }

  /// An export of the plan; `nil` for one of another plan.
  package func export(_ export: PlannedExport) -> BoundExport? { self.export(numbered: export.index) }

  /// By its `PlannedExport.index`.
  package func export(numbered index: Int) -> BoundExport? {
    exports.indices.contains(index) ? exports[index] : nil
  }

  static let linkerModule = "wippy"

  static func source(
    _ item: CoreItem, _ plan: GuestPlan
  ) throws(GuestLoadError) -> CoreSource {
    switch item {
    case .host(let function): return .host(name: function.name)
    case .export(let step, let name):
      guard let index = plan.modules[plan.steps[step].module].exportIndex(name) else {
        throw .component(ComponentError("a core module has no export \(name)"))
      }
      return .export(step: step, index: index)
    case .adapted: throw .component(ComponentError("an adapter is missing"))
    }
  }
}

/// Why a binary cannot be made ready to run.
package enum GuestLoadError: Error {
  case component(ComponentError)
  case engine(EngineError)
}

/// Holds a linker, whose functions are only looked up once it is here: that is thread-safe in libwasmtime.
private final class LinkerBox: @unchecked Sendable {
  let linker: Linker

  init(_ linker: consuming Linker) {
    self.linker = linker
  }
}

extension GuestPlan {
  /// What the only module of a merged plan is made of.
  fileprivate var merged: ModuleMerge? {
    if case .merged(let merge)? = modules.first?.source { merge } else { nil }
  }

  /// The memory of the flags, where the guest has them in one.
  fileprivate var flags: CoreItem? {
    guard let flagsStep else { return nil }
    if merged != nil { return .export(step: 0, name: ModuleMerge.flagsExport) }
    return .export(step: flagsStep, name: InstanceFlags.export)
  }

  /// An item with its adapter's place put in.
  func resolved(_ item: CoreItem) -> CoreItem { adapted.resolved(item) }
}

extension [UInt64: CoreItem] {
  /// With this as the places of adapters: see `GuestPlan.adapted`.
  func resolved(_ item: CoreItem) -> CoreItem {
    guard case .adapted(let function) = item else { return item }
    return self[function.number] ?? item
  }
}
