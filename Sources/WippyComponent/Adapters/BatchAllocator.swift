import WippyEngine

/// A generated module that asks a `realloc` for several pieces of memory in one call of the host's: a list of a
/// hundred strings needs a hundred pieces, and each call into a guest has its cost.
enum BatchAllocator {
  /// The most pieces of one call.
  static let size = 8
  static let export = "allocate"

  /// How many, then alignment and size of each; returns the pointers.
  static let type = CoreFunctionType(
    parameters: Array(repeating: .i32, count: 1 + 2 * size), results: Array(repeating: .i32, count: size))

  static let binary: [UInt8] = {
    var module = AdapterModule()
    let realloc = module.guest(.export(step: 0, name: "realloc"), AdapterModule.reallocType)
    var code = FunctionCode(parameters: type.parameters)
    let pointers = (0..<size).map { _ in code.local(.i32) }
    for (place, pointer) in pointers.enumerated() {
      code.constant(UInt32(place))
      code.get(code.parameters[0])
      code.emit(.i32LtU)
      code.if()
      code.constant(0)
      code.constant(0)
      code.get(code.parameters[1 + 2 * place])
      code.get(code.parameters[2 + 2 * place])
      code.call(realloc)
      code.set(pointer)
      code.emit(.end)
    }
    for pointer in pointers { code.get(pointer) }
    module.add(code, type: type, export: export)
    return module.binary
  }()
}
