import WippyEngine

/// A generated module through which the host calls an export that takes or returns strings or lists.
///
/// Each call into a guest has its price, and such an export needs several: of `realloc` for each string, of the
/// function, of its post-return function. The adapter makes them all within one, and asks the host in between, which is
/// far cheaper. It is made for what is called often; see `BoundExport.adapter`.
struct ExportAdapter {
  static let export = "call"

  /// Takes the first command: `AdapterCommand.allocate` or `done`.
  static let type = CoreFunctionType(parameters: [.i64], results: [])

  let binary: [UInt8]
  /// What it imports, in order.
  let imports: [CoreItem]

  init(_ export: PlannedExport) {
    var module = AdapterModule()
    let type = export.coreType
    let function = module.guest(export.function, type)
    let arguments = module.host(.arguments(type), CoreFunctionType(parameters: [], results: type.parameters))
    let returned = module.host(.returned(type), CoreFunctionType(parameters: type.results, results: []))
    var code = FunctionCode(parameters: ExportAdapter.type.parameters)
    let command = code.parameters[0]
    if let realloc = export.realloc {
      let realloc = module.guest(realloc, AdapterModule.reallocType)
      let granted = module.host(.granted, CoreFunctionType(parameters: [.i32], results: [.i64]))
      code.blockAndLoop { code in
        code.get(command)
        code.emit(.i32WrapI64)
        code.constant(0xff)
        code.emit(.i32And)
        code.emit(.i32Eqz)
        code.branchIf(1)
        code.allocate(with: realloc, command)
        code.call(granted)
        code.set(command)
        code.branch(0)
      }
    }
    code.call(arguments)
    code.call(function)
    let results = type.results.map { code.local($0) }
    for result in results.reversed() { code.set(result) }
    for result in results { code.get(result) }
    code.call(returned)
    if let postReturn = export.postReturn {
      let release = module.guest(postReturn, CoreFunctionType(parameters: type.results, results: []))
      for result in results { code.get(result) }
      code.call(release)
    }
    module.add(code, type: ExportAdapter.type, export: ExportAdapter.export)
    binary = module.binary
    imports = module.importedItems
  }
}

extension FunctionCode {
  /// Calls `realloc` as the command says, for memory of its own.
  mutating func allocate(with realloc: UInt32, _ command: Local) {
    constant(0)
    constant(0)
    get(command)
    constant(wide: 8)
    emit(.i64ShrU)
    emit(.i32WrapI64)
    constant(0xff)
    emit(.i32And)
    get(command)
    constant(wide: 32)
    emit(.i64ShrU)
    emit(.i32WrapI64)
    call(realloc)
  }
}
