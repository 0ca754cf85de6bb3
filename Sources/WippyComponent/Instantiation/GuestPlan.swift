import WippyEngine

/// How to make an instance of one binary: the core modules, the order in which they are instantiated, what
/// each gets, and the functions that come out. Independent of engines; shared by all processes of an entry.
package struct GuestPlan: Sendable {
  /// A core module.
  package enum ModuleSource: Hashable, Sendable {
    /// These bytes of the binary.
    case embedded(Range<Int>)
    /// The same, with the start function as an export that is called after the instantiation.
    case started(Range<Int>)
    /// An adapter that the plan needs.
    case generated([UInt8])
    /// All modules of the plan as one.
    case merged(ModuleMerge)

    /// The module's bytes; `file` is the whole binary.
    package func bytes(in file: UnsafeRawBufferPointer) throws(EngineError) -> [UInt8] {
      switch self {
      case .embedded(let range): return Array(file[range])
      case .generated(let module): return module
      case .merged(let merge):
        do {
          return try ModuleMerger.module(merge, of: file)
        } catch {
          throw .compilation(message: "the core modules cannot be merged: \(error.reason)")
        }
      case .started(let range):
        let module = UnsafeRawBufferPointer(rebasing: file[range])
        do {
          guard let start = StartExport(try CoreModuleSummary.scan(module)) else { return Array(module) }
          return try start.rewritten(module)
        } catch {
          throw .compilation(message: "\(error)")
        }
      }
    }
  }

  /// One instantiation.
  struct Step: Sendable {
    var module: Int
    var arguments: [String: CoreNamespace]
  }

  package internal(set) var modules: [PlannedModule] = []
  var steps: [Step] = []
  var imports: [LinkedImport] = []
  /// Whether the guest calls nothing of the host's.
  package var isAlone: Bool { imports.isEmpty }
  /// Where the functions of the adapters are.
  var adapted: [UInt64: CoreItem] = [:]
  /// The component instance that each component instance was instantiated by; `nil` for the outermost.
  var parents: [Int?] = [nil]
  /// The memories between which strings are transcoded.
  var memoryPairs: [MemoryPair] = []
  /// The step that makes the memory of the instances' flags, where calls between them need it.
  var flagsStep: Int?
  /// What runs when everything is instantiated, before anything else is called.
  var start: CoreItem?
  /// Functions of the root, and of the instances that it exports.
  package private(set) var exports: [PlannedExport] = []

  /// How its modules become one, where they can.
  package internal(set) var merge: ModuleMerge?

  package init() {}

  mutating func mapExports(_ place: (CoreItem) -> CoreItem) {
    for index in exports.indices {
      exports[index].function = place(exports[index].function)
      exports[index].memory = exports[index].memory.map(place)
      exports[index].realloc = exports[index].realloc.map(place)
      exports[index].postReturn = exports[index].postReturn.map(place)
    }
  }

  mutating func add(_ export: PlannedExport) {
    exports.append(export)
    exports[exports.count - 1].index = exports.count - 1
  }

  /// The module of each instantiation, in order.
  package var instantiatedModules: [PlannedModule] { steps.map { modules[$0.module] } }
}

/// An import of the guest, with the host function behind it.
struct LinkedImport: Sendable {
  /// The component instance that imports it.
  var instance = 0
  var interface: String
  var name: String
  /// The core function that the guest calls.
  var coreType: CoreFunctionType
  /// The component-level type; `nil` for imports of core modules.
  var signature: Signature?
  var memory: CoreItem?
  var realloc: CoreItem?
  var encoding: StringEncoding = .utf8
  var function: HostFunction

  /// The first resource that the result owns.
  var returnedResource: ResourceType?
}

/// A function that can be called from outside.
package struct PlannedExport: Sendable {
  /// The component instance that lifts it.
  var instance = 0
  /// The exported instance that has it, `wasi:cli/run@0.2.0`; `nil` at the root.
  package var interface: String?
  package var name: String
  /// `nil` for a function of a core module without a WIT signature.
  package var signature: Signature?
  package var coreType: CoreFunctionType
  var function: CoreItem
  var memory: CoreItem?
  var realloc: CoreItem?
  var postReturn: CoreItem?
  var encoding: StringEncoding = .utf8
  /// Its place in its plan.
  package fileprivate(set) var index = 0
}

extension ValueType {
  /// The resources that a value of this type may own, in order.
  var ownedResources: [ResourceType] {
    switch self {
    case .own(let resource): [resource]
    default: parts.flatMap(\.ownedResources)
    }
  }

  /// The first resource that a value of this type owns.
  var firstOwnedResource: ResourceType? {
    switch self {
    case .own(let resource): resource
    case .list(let type), .option(let type): type.firstOwnedResource
    case .record(let fields): fields.lazy.compactMap(\.type.firstOwnedResource).first
    case .tuple(let types): types.lazy.compactMap(\.firstOwnedResource).first
    case .variant(let cases): cases.lazy.compactMap(\.payload?.firstOwnedResource).first
    case .result(let ok, let error): ok?.firstOwnedResource ?? error?.firstOwnedResource
    default: nil
    }
  }
}

extension GuestPlan {
  /// The component instances that a call of `callee` enters: it and those around it, without those that the caller
  /// is in; `nil` calls from the host. Source: CanonicalABI.md, `entering_set`.
  func entered(by callee: Int, from caller: Int?) -> [Int] {
    let inside = Set(caller.map { aroundInstance($0) } ?? [])
    return aroundInstance(callee).filter { !inside.contains($0) }
  }

  /// An instance and those around it, from the inside to the outside.
  private func aroundInstance(_ instance: Int) -> [Int] {
    Array(sequence(first: instance) { parents[$0] })
  }
}

extension ValueType {
  /// How many types it is made of, itself included; counting stops at `limit`.
  func nodes(upTo limit: Int) -> Int {
    var count = 1
    for part in parts where count < limit { count += part.nodes(upTo: limit - count) }
    return count
  }

  var parts: [ValueType] {
    switch self {
    case .list(let type), .option(let type): [type]
    case .record(let fields): fields.map(\.type)
    case .tuple(let types): types
    case .variant(let cases): cases.compactMap(\.payload)
    case .result(let ok, let error): [ok, error].compactMap(\.self)
    default: []
    }
  }
}
