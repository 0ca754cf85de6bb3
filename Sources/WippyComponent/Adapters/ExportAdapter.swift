import WippyEngine

/// A generated module through which the host calls an export that is called often.
///
/// Each call into a guest has its price: a stack is prepared, and it is paid again for `realloc`, once for each piece of
/// the arguments, and for the post-return function. The adapter makes all of them within one call, asks the host in
/// between, or finds all that it needs in the guest's `TransferArea`, and stays: when a call is done it suspends, and goes
/// on with the next one when it is polled again. That the host can suspend it costs nothing further, because it does so at
/// one of the checks of the epoch that all code has.
/// See `BoundExport.adapter` for when it is made.
struct ExportAdapter {
  static let export = "serve"

  /// It returns when the host says so.
  static let type = CoreFunctionType(parameters: [], results: [])

  let binary: [UInt8]
  /// What it imports, in order; `nil` stands for the guest's transfer area.
  let imports: [CoreItem?]

  /// - Parameters:
  ///   - plain: Present where calls can come through the transfer area.
  ///   - flags: The memory of the component instances' flags, where the guest has one.
  init(_ export: PlannedExport, _ plain: PlainSignature?, flags: CoreItem?) {
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
    let transfer = plain.map { TransferCode(export, $0, flags: flags, to: &module) }
    let area = realloc == nil ? nil : transfer?.area ?? module.transferArea()
    // A function of its own has a check of its own, and looks at the deadline anew.
    let check = module.nextFunction
    module.add(FunctionCode(parameters: []), type: ExportAdapter.type, export: "check")
    var code = FunctionCode(parameters: [])
    let command = code.local(.i64)
    let arguments = type.parameters.map { code.local($0) }
    let values = type.results.map { code.local($0) }
    code.blockAndLoop { code in
      transfer?.write(check, to: &code)
      code.call(begin)
      code.set([command] + arguments)
      code.get(command)
      code.constant(wide: Int64(AdapterCommand.stop))
      code.emit(.i64Eq)
      code.branchIf(1)
      if let realloc, let area {
        code.blockAndLoop { code in
          code.get(command)
          code.emit(.i64Eqz)
          code.branchIf(1)
          code.allocate(with: realloc.function, command, area)
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
  /// Calls `realloc` for each of the allocations in the transfer area, as many as the command says, and puts its pointers
  /// there. Leaves their number on the stack.
  fileprivate mutating func allocate(with realloc: UInt32, _ command: Local, _ area: UInt32) {
    let (place, end) = (local(.i32), local(.i32))
    constant(TransferArea.texts)
    tee(place)
    get(command)
    constant(wide: 8)
    emit(.i64ShrU)
    emit(.i32WrapI64)
    constant(3)
    emit(.i32Shl)
    emit(.i32Add)
    set(end)
    loop()
    get(place)
    constant(0)
    constant(0)
    get(place)
    access(.i32Load, memory: area, offset: 4)
    get(place)
    access(.i32Load, memory: area, offset: 0)
    call(realloc)
    access(.i32Store, memory: area, offset: 0)
    get(place)
    constant(8)
    emit(.i32Add)
    tee(place)
    get(end)
    emit(.i32LtU)
    branchIf(0)
    emit(.end)
    get(command)
    constant(wide: 8)
    emit(.i64ShrU)
    emit(.i32WrapI64)
    release([place, end])
  }
}
