import WippyCore
import WippyEngine

/// How the core modules that a plan instantiates become one module.
///
/// Modules that are linked by imports have their memory and their table from each other. The engine can then prepare
/// neither: it copies data and sets table entries one by one for each instance, and thousands of imports are handed
/// over. In one module they are its own, and nothing is handed over but what the host has.
///
/// It is made of what a plan knows without the modules' code, so that a guest whose merged module is compiled already
/// needs no more than its skeleton; see `ModuleMerger` for the module itself.
package final class ModuleMerge: Sendable {
  struct Step: Sendable {
    let module: PlannedModule
    let arguments: [String: CoreNamespace]
  }

  /// An item that the merged module exports: one that a step's module exports.
  struct Export: Sendable {
    let step: Int
    let index: Int
  }

  let steps: [Step]
  /// The adapters' places, see `GuestPlan.adapted`.
  private let adapted: [UInt64: CoreItem]
  /// What the merged module imports, in order.
  let hostFunctions: [LinkedFunction]
  let hostTypes: [CoreFunctionType]
  /// By `LinkedFunction.name`.
  private let hostPlaces: [String: Int]
  let exports: [Export]
  /// By `CoreItem.key`.
  private let exportPlaces: [String: Int]
  /// The steps whose modules have a start function, in order.
  let starts: [Int]
  /// What tells the merged module from others of the same file.
  package let fingerprint: [UInt8]

  /// The module name of all imports.
  static let hostModule = "host"
  /// The export that calls the start functions.
  static let start = "start"

  fileprivate init(_ builder: consuming MergeBuilder, _ plan: GuestPlan) {
    steps = builder.steps
    adapted = plan.adapted
    hostFunctions = builder.hostFunctions
    hostTypes = builder.hostTypes
    hostPlaces = builder.hostPlaces
    exports = builder.exports
    exportPlaces = builder.exportPlaces
    starts = builder.starts
    fingerprint = builder.fingerprint
  }

  /// How the modules of a plan become one; `nil` where they stay apart.
  static func make(of plan: GuestPlan) -> ModuleMerge? {
    do throws(MergeRefusal) {
      return ModuleMerge(try MergeBuilder(plan), plan)
    } catch {
      return nil
    }
  }

  /// Where the modules that are merged stand in the binary.
  package var parts: [Range<Int>] {
    steps.compactMap { if case .embedded(let range) = $0.module.source { range } else { nil } }
  }

  /// What an import of a step is given.
  enum Source {
    case host(Int)
    case export(step: Int, name: String)
  }

  func source(of item: CoreModuleSummary.Import, in step: Int) -> Source? {
    switch steps[step].arguments[item.module]?.item(item.name).map(adapted.resolved) {
    case .host(let function): return hostPlaces[function.name].map { .host($0) }
    case .export(let step, let name): return .export(step: step, name: name)
    case .adapted, nil: return nil
    }
  }

  /// The place of an item in the merged plan.
  fileprivate func place(of item: CoreItem) -> CoreItem {
    let item = adapted.resolved(item)
    guard case .export = item, let place = exportPlaces[item.key] else { return item }
    return .export(step: 0, name: ModuleMerge.exportName(place))
  }

  static func exportName(_ place: Int) -> String { "\(place)" }
  /// The name of the memory of the flags, where there is one.
  static var flagsExport: String { exportName(0) }

  /// What the engine will find the merged module to be.
  var summary: CoreModuleSummary {
    var summary = CoreModuleSummary()
    summary.imports = hostTypes.enumerated().map {
      .init(module: ModuleMerge.hostModule, name: "\($0)", type: .function($1))
    }
    summary.exports = exports.enumerated().map { place, export in
      let type = steps[export.step].module.summary.exports[export.index].type
      return .init(name: ModuleMerge.exportName(place), index: 0, type: type)
    }
    if !starts.isEmpty {
      summary.exports.append(
        .init(name: ModuleMerge.start, index: 0, type: .function(CoreFunctionType(parameters: [], results: []))))
    }
    summary.memories = steps.flatMap(\.module.summary.memories)
    summary.tables = steps.flatMap(\.module.summary.tables)
    return summary
  }
}

extension ModuleMerge: Hashable {
  package static func == (left: ModuleMerge, right: ModuleMerge) -> Bool { left.fingerprint == right.fingerprint }
  package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

extension GuestPlan {
  /// The plan that instantiates the merged module.
  func merged(by merge: ModuleMerge) -> GuestPlan {
    var plan = self
    plan.merge = nil
    plan.modules = [PlannedModule(.merged(merge), merge.summary)]
    var namespace: [String: CoreItem] = [:]
    for (place, function) in merge.hostFunctions.enumerated() { namespace["\(place)"] = .host(function) }
    plan.steps = [Step(module: 0, arguments: [ModuleMerge.hostModule: .bundle(namespace)])]
    plan.adapted = [:]
    for place in plan.imports.indices {
      plan.imports[place].memory = plan.imports[place].memory.map { merge.place(of: $0) }
      plan.imports[place].realloc = nil
    }
    plan.memoryPairs = memoryPairs.map {
      MemoryPair(source: merge.place(of: $0.source), target: merge.place(of: $0.target))
    }
    if flagsStep != nil { plan.flagsStep = 0 }
    plan.start = merge.starts.isEmpty ? nil : .export(step: 0, name: ModuleMerge.start)
    plan.mapExports { merge.place(of: $0) }
    return plan
  }
}

/// Finds out whether and how the modules of a plan can become one.
private struct MergeBuilder {
  private(set) var steps: [ModuleMerge.Step]
  private(set) var hostFunctions: [LinkedFunction] = []
  private(set) var hostTypes: [CoreFunctionType] = []
  private(set) var hostPlaces: [String: Int] = [:]
  private(set) var exports: [ModuleMerge.Export] = []
  private(set) var exportPlaces: [String: Int] = [:]
  private(set) var starts: [Int] = []
  private(set) var fingerprint: [UInt8] = Array("merge 1".utf8)
  private var digestsSize = 0
  private let plan: GuestPlan

  /// An engine's pool has so many memories and tables for one module.
  private static let memoryLimit = 16
  /// Bytes that may be in the merged module again, for modules that are instantiated several times; and at most twice what
  /// there is, so that a small component does not become a large one.
  private static let repetitionLimit = 256 << 10
  /// Bytes of names in the fingerprint; the largest components have a tenth.
  private static let nameLimit = 1 << 20

  init(_ plan: GuestPlan) throws(MergeRefusal) {
    guard plan.steps.count > 1 else { throw MergeRefusal("there is one module") }
    guard plan.start == nil else { throw MergeRefusal("a start function is called after the instantiation") }
    self.plan = plan
    steps = plan.steps.map { ModuleMerge.Step(module: plan.modules[$0.module], arguments: $0.arguments) }
    try checkModules()
    for step in steps.indices { try addImports(of: step) }
    try addExports()
    for step in steps.indices where steps[step].module.summary.hasStart { starts.append(step) }
  }

  private mutating func checkModules() throws(MergeRefusal) {
    var memories = 0
    var tables = 0
    var (once, repeated) = (0, 0)
    var seen = Array(repeating: false, count: plan.modules.count)
    for step in plan.steps {
      let module = plan.modules[step.module]
      memories += module.summary.memories.count
      tables += module.summary.tables.count
      guard !module.summary.memories.contains(where: { $0.isShared }) else { throw MergeRefusal("a memory is shared") }
      // The engine finds source lines by the places of instructions, which the merged module does not keep.
      guard !module.summary.customSections.contains(where: { $0.hasPrefix(".debug_") }) else {
        throw MergeRefusal("a module has debug information")
      }
      let size: Int
      switch module.source {
      case .embedded(let range):
        size = range.count
        append(0, range.lowerBound, range.upperBound)
      case .generated(let bytes):
        size = bytes.count
        append(1, size)
        let digest = bytes.withUnsafeBytes { ContentDigest(of: $0).hex.utf8 }
        fingerprint += digest
        digestsSize += digest.count
      case .started, .merged: throw MergeRefusal("a module is rewritten already")
      }
      if seen[step.module] { repeated += size } else { once += size }
      seen[step.module] = true
    }
    guard memories <= MergeBuilder.memoryLimit, tables <= MergeBuilder.memoryLimit else {
      throw MergeRefusal("there are too many memories or tables for one module")
    }
    guard repeated <= min(MergeBuilder.repetitionLimit, 2 * once) else {
      throw MergeRefusal("a large module has several instances")
    }
  }

  private mutating func addImports(of step: Int) throws(MergeRefusal) {
    // An item with a long name may be imported thousands of times.
    let limit = digestsSize + MergeBuilder.nameLimit
    let arguments = steps[step].arguments
    var module: String?
    var namespace = CoreNamespace.bundle([:])
    for item in steps[step].module.summary.imports {
      if item.module != module {
        guard let found = arguments[item.module] else { throw MergeRefusal("an import is not given") }
        module = item.module
        namespace = found
        if case .instance(let source) = found { append(2, source) }
      }
      // Whatever another module's instance exports is internal, and looked at when the modules are merged.
      guard case .bundle(let items) = namespace else { continue }
      guard let given = items[item.name] else { throw MergeRefusal("an import is not given") }
      switch plan.resolved(given) {
      case .export(let source, let name):
        append(3, source, name.utf8.count)
        fingerprint += name.utf8
        guard fingerprint.count < limit else { throw MergeRefusal("the names of imports are too long") }
      case .host(let function):
        guard case .function(let type?) = item.type, type == function.coreType(in: plan) else {
          throw MergeRefusal("an import is not what the host has")
        }
        append(4, place(of: function, type))
      case .adapted: throw MergeRefusal("an adapter is missing")
      }
    }
  }

  private mutating func place(of function: LinkedFunction, _ type: CoreFunctionType) -> Int {
    let name = function.name
    if let known = hostPlaces[name] { return known }
    hostFunctions.append(function)
    hostTypes.append(type)
    hostPlaces[name] = hostFunctions.count - 1
    return hostFunctions.count - 1
  }

  // MARK: Exports

  private mutating func addExports() throws(MergeRefusal) {
    // The host looks for the flags in the first place.
    if let step = plan.flagsStep { try add(.export(step: step, name: InstanceFlags.export)) }
    for step in steps.indices {
      if steps[step].module.isGenerated { continue }
      for export in steps[step].module.summary.exports {
        if case .memory = export.type { try add(.export(step: step, name: export.name)) }
      }
    }
    for linked in plan.imports { try add(linked.memory) }
    for pair in plan.memoryPairs {
      try add(pair.source)
      try add(pair.target)
    }
    for export in plan.exports {
      try add(export.function)
      try add(export.memory)
      try add(export.realloc)
      try add(export.postReturn)
    }
    append(5, exports.count)
    for export in exports { append(export.step, export.index) }
  }

  private mutating func add(_ item: CoreItem?) throws(MergeRefusal) {
    guard let item else { return }
    let resolved = plan.resolved(item)
    guard case .export(let step, let name) = resolved else {
      throw MergeRefusal("a function of the host is exported again")
    }
    guard exportPlaces[resolved.key] == nil else { return }
    guard let index = steps[step].module.exportIndex(name) else { throw MergeRefusal("an export is missing") }
    exportPlaces[resolved.key] = exports.count
    exports.append(ModuleMerge.Export(step: step, index: index))
  }

  private mutating func append(_ numbers: Int...) {
    for number in numbers { fingerprint += LEB128.unsigned(UInt64(number)) }
  }
}
