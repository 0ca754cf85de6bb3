import WippyEngine

/// A generated module through which the host calls an export that is called often.
///
/// Each call into a guest has its price: a stack is prepared, and it is paid again for `realloc`, once for each piece of
/// the arguments, and for the post-return function. The adapter makes all of them within one call, asks the host in
/// between, and stays: when a call is done it suspends, and goes on with the next one when it is polled again. That the
/// host can suspend it costs nothing further, because it does so at one of the checks of the epoch that all code has.
/// See `BoundExport.adapter` for when it is made.
struct ExportAdapter {
  static let export = "serve"

  /// It returns when the host says so.
  static let type = CoreFunctionType(parameters: [], results: [])

  let binary: [UInt8]
  /// What it imports, in order.
  let imports: [CoreItem]

  init(_ export: PlannedExport) {
    var module = AdapterModule()
    let type = export.coreType
    let results = CoreFunctionType(parameters: type.results, results: [])
    let function = module.guest(export.function, type)
    let begin = module.host(.begin(type), CoreFunctionType(parameters: [], results: [.i64] + type.parameters))
    let returned = module.host(.returned(type, isLast: export.postReturn == nil), results)
    let realloc = export.realloc.map { item in
      (
        function: module.guest(item, AdapterModule.reallocType),
        granted: module.host(
          .granted(type), CoreFunctionType(parameters: [.i32], results: [.i64] + type.parameters))
      )
    }
    let release = export.postReturn.map { item in
      (
        function: module.guest(item, results),
        finished: module.host(.finished, CoreFunctionType(parameters: [], results: []))
      )
    }
    // A function of its own has a check of its own, and looks at the deadline anew.
    let check = module.nextFunction
    module.add(FunctionCode(parameters: []), type: ExportAdapter.type, export: "check")
    var code = FunctionCode(parameters: [])
    let command = code.local(.i64)
    let arguments = type.parameters.map { code.local($0) }
    let values = type.results.map { code.local($0) }
    code.blockAndLoop { code in
      code.call(begin)
      code.set([command] + arguments)
      code.get(command)
      code.constant(wide: Int64(AdapterCommand.stop))
      code.emit(.i64Eq)
      code.branchIf(1)
      if let realloc {
        code.blockAndLoop { code in
          code.leaveLoop(whenDone: command)
          code.allocate(with: realloc.function, command)
          code.call(realloc.granted)
          code.set([command] + arguments)
          code.branch(0)
        }
      }
      code.get(arguments)
      code.call(function)
      code.set(values)
      code.get(values)
      code.call(returned)
      if let release {
        code.get(values)
        code.call(release.function)
        code.call(release.finished)
      }
      code.call(check)
      code.branch(0)
    }
    module.add(code, type: ExportAdapter.type, export: ExportAdapter.export)
    binary = module.binary
    imports = module.importedItems
  }
}

extension FunctionCode {
  /// Leaves a loop of commands when there is nothing left to do.
  mutating func leaveLoop(whenDone command: Local) {
    get(command)
    emit(.i32WrapI64)
    constant(0xff)
    emit(.i32And)
    emit(.i32Eqz)
    branchIf(1)
  }

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
