import WippyEngine

/// Writes the core module that stands between a component's modules and the host functions that need the
/// guest's own code: a resumable import asks the guest for memory, a drop runs a destructor.
///
/// The guest's code is called by WebAssembly then, not by the host: it can be preempted, may suspend and may
/// loop like any other, and no stack is nested in another. A resumable function of the host returns commands
/// (see `AdapterCommand`), which the adapter obeys until there is none.
struct AdapterModule {
  private var types: [CoreFunctionType] = []
  private var imports: [(module: String, name: String, type: Int)] = []
  private var functions: [(name: String, type: Int, body: [UInt8])] = []
  // Where they are in the lists: a module may have a great many imports.
  private var typePlaces: [CoreFunctionType: Int] = [:]
  private var importPlaces: [String: Int] = [:]
  private var hostPlaces: [LinkedFunction: Int] = [:]

  /// The names under which an adapter imports.
  static let hostModule = "host"
  static let guestModule = "guest"

  /// Adds a resumable import. `realloc` is its name in the guest module, where it was lowered with one.
  mutating func addImport(index: Int, type: CoreFunctionType, realloc: String?, export: String) {
    let start = host(.start(import: index), CoreFunctionType(parameters: type.parameters, results: [.i64]))
    let wait = host(.wait, CoreFunctionType(parameters: [], results: [.i64]))
    let fail = host(.fail, CoreFunctionType(parameters: [], results: []))
    let command = UInt32(type.parameters.count)
    var code = Code(locals: [.i64])
    for parameter in 0..<command { code.localGet(parameter) }
    code.call(start)
    code.localSet(command)
    code.blockAndLoop { code in
      code.localGet(command)
      code.emit(.i32WrapI64)
      code.i32Const(0xff)
      code.emit(.i32And)
      code.emit(.i32Eqz)
      code.branchIf(1)
      code.localGet(command)
      code.i64Const(Int64(AdapterCommand.wait))
      code.emit(.i64Eq)
      code.emitIf()
      code.call(wait)
      code.localSet(command)
      code.emit(.else)
      code.localGet(command)
      code.i64Const(Int64(AdapterCommand.fail))
      code.emit(.i64Eq)
      code.emitIf()
      code.call(fail)
      code.emit(.end)
      if let realloc {
        let reallocFunction = guest(realloc, CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32]))
        let allocated = host(.allocated, CoreFunctionType(parameters: [.i32], results: [.i64]))
        code.i32Const(0)
        code.i32Const(0)
        code.localGet(command)
        code.i64Const(8)
        code.emit(.i64ShrU)
        code.emit(.i32WrapI64)
        code.i32Const(0xff)
        code.emit(.i32And)
        code.localGet(command)
        code.i64Const(32)
        code.emit(.i64ShrU)
        code.emit(.i32WrapI64)
        code.call(reallocFunction)
        code.call(allocated)
        code.localSet(command)
      } else {
        code.emit(.unreachable)
      }
      code.emit(.end)
      code.branch(0)
    }
    if AdapterModule.returnsInCommand(type) {
      code.localGet(command)
      code.i64Const(32)
      code.emit(.i64ShrU)
      code.emit(.i32WrapI64)
    } else if let result = type.results.first {
      code.call(host(.result(result), CoreFunctionType(parameters: [], results: [result])))
    }
    functions.append((export, typeIndex(type), code.finished))
  }

  /// Whether a result of this type has room in a command.
  static func returnsInCommand(_ type: CoreFunctionType) -> Bool { type.results.first == .i32 }

  /// Adds the drop of a resource whose destructor is `destructor` in the guest module.
  mutating func addDrop(of resource: ResourceType, destructor: String, export: String) {
    let remove = host(.resourceRemove(resource), CoreFunctionType(parameters: [.i32], results: [.i64]))
    let destroy = guest(destructor, CoreFunctionType(parameters: [.i32], results: []))
    var code = Code(locals: [.i64])
    code.localGet(0)
    code.call(remove)
    code.localTee(1)
    code.i64Const(-1)
    code.emit(.i64Ne)
    code.emitIf()
    code.localGet(1)
    code.emit(.i32WrapI64)
    code.call(destroy)
    code.emit(.end)
    functions.append((export, typeIndex(CoreFunctionType(parameters: [.i32], results: [])), code.finished))
  }

  /// The host functions that it imports. They are imported by their number here, so that the same component
  /// always gets the same adapter.
  private(set) var hostFunctions: [LinkedFunction] = []

  /// What the adapter imports from the host module.
  var hostNamespace: [String: CoreItem] {
    Dictionary(uniqueKeysWithValues: hostFunctions.enumerated().map { ("\($0)", CoreItem.host($1)) })
  }

  /// The module as a binary.
  var binary: [UInt8] {
    var module: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
    module.appendSection(1, types.map { [0x60] + AdapterModule.vector($0.parameters) + AdapterModule.vector($0.results) })
    module.appendSection(
      2, imports.map { AdapterModule.name($0.module) + AdapterModule.name($0.name) + [0x00] + LEB128.unsigned(UInt64($0.type)) })
    module.appendSection(3, functions.map { LEB128.unsigned(UInt64($0.type)) })
    module.appendSection(
      7,
      functions.enumerated().map {
        AdapterModule.name($1.name) + [0x00] + LEB128.unsigned(UInt64(imports.count + $0))
      })
    module.appendSection(10, functions.map { LEB128.unsigned(UInt64($0.body.count)) + $0.body })
    return module
  }

  // Imports come first in the index space: each call of these returns the import's index, so that all of a
  // function's imports are known before its code needs the number of another.
  private mutating func host(_ function: LinkedFunction, _ type: CoreFunctionType) -> UInt32 {
    let place = hostPlaces[function] ?? hostFunctions.count
    if place == hostFunctions.count {
      hostFunctions.append(function)
      hostPlaces[function] = place
    }
    return importIndex(AdapterModule.hostModule, "\(place)", type)
  }

  private mutating func guest(_ name: String, _ type: CoreFunctionType) -> UInt32 {
    importIndex(AdapterModule.guestModule, name, type)
  }

  private mutating func importIndex(_ module: String, _ name: String, _ type: CoreFunctionType) -> UInt32 {
    let key = "\(module) \(name)"
    if let index = importPlaces[key] { return UInt32(index) }
    imports.append((module, name, typeIndex(type)))
    importPlaces[key] = imports.count - 1
    return UInt32(imports.count - 1)
  }

  private mutating func typeIndex(_ type: CoreFunctionType) -> Int {
    if let index = typePlaces[type] { return index }
    types.append(type)
    typePlaces[type] = types.count - 1
    return types.count - 1
  }

  private static func vector(_ types: [CoreValueType]) -> [UInt8] {
    LEB128.unsigned(UInt64(types.count)) + types.map(\.rawValue)
  }

  private static func name(_ text: String) -> [UInt8] {
    LEB128.unsigned(UInt64(text.utf8.count)) + Array(text.utf8)
  }
}

/// What a resumable host function wants of its adapter: the low byte says what, the high half has a number.
enum AdapterCommand {
  static let done: UInt64 = 0
  static let wait: UInt64 = 1
  /// Call `fail`, which traps.
  static let fail: UInt64 = 3

  /// Return `result`, an `i32`.
  static func done(_ result: UInt32) -> UInt64 { UInt64(result) << 32 }

  /// Call `realloc`; the alignment is in the second byte.
  static func allocate(_ allocation: Lowering.Allocation) -> UInt64 {
    UInt64(allocation.size) << 32 | UInt64(allocation.alignment) << 8 | 2
  }
}

/// The instructions of one function.
private struct Code {
  private var bytes: [UInt8]

  enum Opcode: UInt8 {
    case unreachable = 0x00
    case `else` = 0x05
    case end = 0x0b
    case i32Eqz = 0x45
    case i64Eq = 0x51
    case i64Ne = 0x52
    case i32And = 0x71
    case i64ShrU = 0x88
    case i32WrapI64 = 0xa7
  }

  init(locals: [CoreValueType]) {
    bytes = LEB128.unsigned(UInt64(locals.count))
    for local in locals { bytes += [0x01, local.rawValue] }
  }

  mutating func emit(_ opcode: Opcode) { bytes.append(opcode.rawValue) }
  mutating func emitIf() { bytes += [0x04, 0x40] }
  mutating func localGet(_ index: UInt32) { bytes += [0x20] + LEB128.unsigned(UInt64(index)) }
  mutating func localSet(_ index: UInt32) { bytes += [0x21] + LEB128.unsigned(UInt64(index)) }
  mutating func localTee(_ index: UInt32) { bytes += [0x22] + LEB128.unsigned(UInt64(index)) }
  mutating func i32Const(_ value: Int64) { bytes += [0x41] + LEB128.signed(value) }
  mutating func i64Const(_ value: Int64) { bytes += [0x42] + LEB128.signed(value) }
  mutating func call(_ index: UInt32) { bytes += [0x10] + LEB128.unsigned(UInt64(index)) }
  mutating func branch(_ depth: UInt32) { bytes += [0x0c] + LEB128.unsigned(UInt64(depth)) }
  mutating func branchIf(_ depth: UInt32) { bytes += [0x0d] + LEB128.unsigned(UInt64(depth)) }

  /// A loop inside of a block: a branch to depth 1 leaves it.
  mutating func blockAndLoop(_ body: (inout Code) -> Void) {
    bytes += [0x02, 0x40, 0x03, 0x40]
    body(&self)
    bytes += [0x0b, 0x0b]
  }

  var finished: [UInt8] { bytes + [0x0b] }
}

/// The variable-length integers of the binary format.
enum LEB128 {
  static func unsigned(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    repeat {
      let low = UInt8(rest & 0x7f)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }

  static func signed(_ value: Int64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while true {
      let low = UInt8(truncatingIfNeeded: rest & 0x7f)
      rest >>= 7
      let isLast = (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0)
      bytes.append(isLast ? low : low | 0x80)
      if isLast { return bytes }
    }
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
