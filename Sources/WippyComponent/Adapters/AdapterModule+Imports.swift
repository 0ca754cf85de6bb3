import WippyEngine

extension AdapterModule {
  /// Adds a resumable import. A resumable function of the host returns commands (see `AdapterCommand`), which the
  /// adapter obeys until there is none. `realloc` is there where it was lowered with one.
  mutating func addImport(index: Int, type: CoreFunctionType, realloc: CoreItem?, export: String) {
    let start = host(.start(import: index), CoreFunctionType(parameters: type.parameters, results: [.i64]))
    let wait = host(.wait, CoreFunctionType(parameters: [], results: [.i64]))
    let fail = host(.fail, CoreFunctionType(parameters: [], results: []))
    var code = FunctionCode(parameters: type.parameters)
    let command = code.local(.i64)
    for parameter in code.parameters { code.get(parameter) }
    code.call(start)
    code.set(command)
    code.blockAndLoop { code in
      code.leaveLoop(whenDone: command)
      code.get(command)
      code.constant(wide: Int64(AdapterCommand.wait))
      code.emit(.i64Eq)
      code.if()
      code.call(wait)
      code.set(command)
      code.emit(.else)
      code.get(command)
      code.constant(wide: Int64(AdapterCommand.fail))
      code.emit(.i64Eq)
      code.if()
      code.call(fail)
      code.emit(.end)
      if let realloc {
        allocate(with: realloc, command, &code)
      } else {
        code.emit(.unreachable)
      }
      code.emit(.end)
      code.branch(0)
    }
    if AdapterModule.returnsInCommand(type) {
      code.get(command)
      code.constant(wide: 32)
      code.emit(.i64ShrU)
      code.emit(.i32WrapI64)
    } else if let result = type.results.first {
      code.call(host(.result(result), CoreFunctionType(parameters: [], results: [result])))
    }
    add(code, type: type, export: export)
  }

  /// Calls the guest's `realloc` as the command says, and gets the next command for the pointer.
  private mutating func allocate(
    with realloc: CoreItem, _ command: FunctionCode.Local, _ code: inout FunctionCode
  ) {
    let function = guest(realloc, AdapterModule.reallocType)
    let allocated = host(.allocated, CoreFunctionType(parameters: [.i32], results: [.i64]))
    code.allocate(with: function, command)
    code.call(allocated)
    code.set(command)
  }

  /// Whether a result of this type has room in a command.
  static func returnsInCommand(_ type: CoreFunctionType) -> Bool { type.results.first == .i32 }

  /// Adds a drop that runs a destructor.
  mutating func addDrop(_ drop: PlannedDrop, flags: CoreItem?, export: String) {
    let type = CoreFunctionType(parameters: [.i32], results: [])
    let remove = host(
      .resourceRemove(drop.resource, instance: drop.instance), CoreFunctionType(parameters: [.i32], results: [.i64]))
    let destroy = guest(drop.destructor, type)
    var code = FunctionCode(parameters: [.i32])
    let representation = code.local(.i64)
    code.get(code.parameters[0])
    code.call(remove)
    code.tee(representation)
    code.constant(wide: -1)
    code.emit(.i64Ne)
    code.if()
    // The destructor is called like any function of the component that defines the resource.
    let border = flags.map { InstanceBorder(flags: memory($0), violation: violation) }
    border?.enter(drop.entered, &code)
    code.get(representation)
    code.emit(.i32WrapI64)
    code.call(destroy)
    border?.leave(drop.entered, &code)
    code.emit(.end)
    add(code, type: type, export: export)
  }

  /// The host function that traps with a text.
  var violation: UInt32 {
    mutating get { host(.violation, CoreFunctionType(parameters: [.i32], results: [])) }
  }
}

/// A drop of a guest-defined resource with a destructor.
struct PlannedDrop {
  var resource: ResourceType
  /// The component instance that drops.
  var instance: Int
  var destructor: CoreItem
  /// The component instances that the destructor's call enters.
  var entered: [Int]
}
