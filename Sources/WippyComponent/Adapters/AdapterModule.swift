import WippyEngine

/// Writes the core module that stands between a component's modules and what they import: host functions that
/// need the guest's own code, drops that run a destructor, and functions of other components.
///
/// The guest's code is called by WebAssembly then, not by the host: it can be preempted, may suspend and may
/// loop like any other, and no stack is nested in another.
struct AdapterModule {
  private var types: [CoreFunctionType] = []
  private var functionImports: [(module: String, name: String, type: Int)] = []
  private var memoryImports: [String] = []
  private var functions: [(name: String, type: Int, body: [UInt8])] = []
  // Where they are in the lists, by text: a module may have a great many imports.
  private var typePlaces: [String: Int] = [:]
  private var hostPlaces: [String: Int] = [:]
  private var guestPlaces: [String: Int] = [:]
  private var memoryPlaces: [String: Int] = [:]

  /// The names under which an adapter imports.
  static let hostModule = "host"
  static let guestModule = "guest"

  /// What the adapter imports of the host. It is imported by its number here, so that the same component always
  /// gets the same adapter.
  private(set) var hostNamespace: [String: CoreItem] = [:]
  /// What it imports of the guest, by number as well.
  private(set) var guestNamespace: [String: CoreItem] = [:]

  /// All that is imported, in order; `nil` stands for the guest's transfer area.
  var importedItems: [CoreItem?] {
    functionImports.map { entry in
      entry.module == AdapterModule.hostModule ? hostNamespace[entry.name] : guestNamespace[entry.name]
    } + memoryImports.map { guestNamespace[$0] }
  }

  /// The index of the next function that is added, once all imports are there.
  var nextFunction: UInt32 { UInt32(functionImports.count + functions.count) }

  static let reallocType = CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32])

  mutating func add(_ code: FunctionCode, type: CoreFunctionType, export: String) {
    functions.append((export, typeIndex(type), code.finished))
  }

  // Imports come first in the index space: each of these calls returns the import's index, so that all of a
  // function's imports are known before its code needs the number of another.

  mutating func host(_ function: LinkedFunction, _ type: CoreFunctionType) -> UInt32 {
    let key = function.name
    if let known = hostPlaces[key] { return UInt32(known) }
    let name = "\(hostPlaces.count)"
    hostNamespace[name] = .host(function)
    let index = addImport(AdapterModule.hostModule, name, type)
    hostPlaces[key] = Int(index)
    return index
  }

  mutating func guest(_ function: CoreItem, _ type: CoreFunctionType) -> UInt32 {
    let key = function.key
    if let known = guestPlaces[key] { return UInt32(known) }
    let name = "function-\(guestPlaces.count)"
    guestNamespace[name] = function
    let index = addImport(AdapterModule.guestModule, name, type)
    guestPlaces[key] = Int(index)
    return index
  }

  mutating func memory(_ item: CoreItem) -> UInt32 {
    let key = item.key
    if let known = memoryPlaces[key] { return UInt32(known) }
    let name = "memory-\(memoryPlaces.count)"
    guestNamespace[name] = item
    memoryImports.append(name)
    memoryPlaces[key] = memoryImports.count - 1
    return UInt32(memoryImports.count - 1)
  }

  /// The memory of a `TransferArea`, which the plan does not know.
  mutating func transferArea() -> UInt32 {
    memoryImports.append("transfer")
    return UInt32(memoryImports.count - 1)
  }

  private mutating func addImport(_ module: String, _ name: String, _ type: CoreFunctionType) -> UInt32 {
    functionImports.append((module, name, typeIndex(type)))
    return UInt32(functionImports.count - 1)
  }

  private mutating func typeIndex(_ type: CoreFunctionType) -> Int {
    let key = type.text
    if let index = typePlaces[key] { return index }
    types.append(type)
    typePlaces[key] = types.count - 1
    return types.count - 1
  }

  // MARK: The binary

  /// The module as a binary.
  var binary: [UInt8] {
    var module: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
    module.appendSection(
      1, types.map { [0x60] + AdapterModule.vector($0.parameters) + AdapterModule.vector($0.results) })
    let functionEntries = functionImports.map {
      AdapterModule.name($0.module) + AdapterModule.name($0.name) + [0x00] + LEB128.unsigned(UInt64($0.type))
    }
    // A memory of any size, without a maximum.
    let memoryEntries = memoryImports.map {
      AdapterModule.name(AdapterModule.guestModule) + AdapterModule.name($0) + [0x02, 0x00, 0x00]
    }
    module.appendSection(2, functionEntries + memoryEntries)
    module.appendSection(3, functions.map { LEB128.unsigned(UInt64($0.type)) })
    module.appendSection(
      7,
      functions.enumerated().map {
        AdapterModule.name($1.name) + [0x00] + LEB128.unsigned(UInt64(functionImports.count + $0))
      })
    module.appendSection(10, functions.map { LEB128.unsigned(UInt64($0.body.count)) + $0.body })
    return module
  }

  /// A module with one memory of one page, which holds the flags of component instances; see `InstanceFlags`.
  static let flags: [UInt8] =
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
    + [0x05, 0x04, 0x01, 0x01, 0x01, 0x01]
    + [0x07, 0x09, 0x01, 0x05] + Array("flags".utf8) + [0x02, 0x00]

  private static func vector(_ types: [CoreValueType]) -> [UInt8] {
    LEB128.unsigned(UInt64(types.count)) + types.map(\.rawValue)
  }

  private static func name(_ text: String) -> [UInt8] {
    LEB128.unsigned(UInt64(text.utf8.count)) + Array(text.utf8)
  }
}

extension [UInt8] {
  /// Appends a section of the items, each already encoded; none for no items.
  fileprivate mutating func appendSection(_ id: UInt8, _ items: [[UInt8]]) {
    guard !items.isEmpty else { return }
    let body = LEB128.unsigned(UInt64(items.count)) + items.flatMap { $0 }
    append(id)
    append(contentsOf: LEB128.unsigned(UInt64(body.count)))
    append(contentsOf: body)
  }
}
