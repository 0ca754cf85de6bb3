import WippyEngine

/// Writes the function that a component calls for a function of another component: lifts the arguments out of one
/// memory and lowers them into the other, calls, and brings the result back.
///
/// What the canonical ABI asks for is done in WebAssembly, except for handles and for the transcoding of strings,
/// for which the host is called; it never calls back. Source: CanonicalABI.md, `canon lift` and `canon lower`.
struct CallAdapter {
  /// One side of the call, with its items by their indices in the adapter.
  struct Side {
    let plan: PlannedCall.Side
    let memory: UInt32
    let realloc: UInt32?
  }

  typealias Local = FunctionCode.Local

  var module: AdapterModule
  var code: FunctionCode
  let call: PlannedCall
  let border: InstanceBorder
  let caller: Side
  let callee: Side
  /// The side that values are lifted from at the moment, and the side that they are lowered to.
  var source: Side
  var target: Side
  /// The memories of these two, for the host.
  var memories: Int?

  /// Adds the function to `module`. `flags` is the memory of the flags of all component instances.
  static func add(
    _ call: PlannedCall, to module: inout AdapterModule, flags: CoreItem, export: String
  ) throws(ComponentError) {
    var adapter = CallAdapter(call, module, flags: flags)
    adapter.write()
    guard adapter.code.size < CallAdapter.codeLimit else {
      throw ComponentError("the types of a function between components are too large: its adapter would be too long")
    }
    module = adapter.module
    module.add(adapter.code, type: call.signature.lowered, export: export)
  }

  /// Bytes of one function; engines take 7.6 MB.
  private static let codeLimit = 4 << 20

  private init(_ call: PlannedCall, _ module: AdapterModule, flags: CoreItem) {
    var module = module
    func side(_ plan: PlannedCall.Side) -> Side {
      Side(
        plan: plan, memory: plan.memory.map { module.memory($0) } ?? 0,
        realloc: plan.realloc.map { module.guest($0, AdapterModule.reallocType) })
    }
    border = InstanceBorder(flags: module.memory(flags), violation: module.violation)
    caller = side(call.caller)
    callee = side(call.callee)
    self.call = call
    self.module = module
    code = FunctionCode(parameters: call.signature.lowered.parameters)
    source = caller
    target = callee
    memories = call.parameterMemories
  }

  private mutating func write() {
    let signature = call.signature
    border.checkMayLeave(call.caller.instance, &code)
    border.enter(call.entered, &code)
    let lends = signature.type.parameters.contains { $0.type.containsBorrow }
    if lends { code.call(module.host(.enterScope, CoreFunctionType(parameters: [], results: []))) }
    let arguments = moveArguments()
    for argument in arguments { code.get(argument) }
    code.call(module.guest(call.function, signature.lifted))
    let results = signature.lifted.results.map { code.local($0) }
    for result in results.reversed() { code.set(result) }
    if lends { code.call(module.host(.exitScope, CoreFunctionType(parameters: [], results: []))) }
    let moved = moveResult(results)
    if let postReturn = call.postReturn {
      border.setMayLeave(call.callee.instance, false, &code)
      for result in results { code.get(result) }
      code.call(module.guest(postReturn, signature.postReturn))
      border.setMayLeave(call.callee.instance, true, &code)
    }
    border.leave(call.entered, &code)
    if let moved { code.get(moved) }
  }

  /// Lowers the arguments, and returns the core arguments of the function.
  private mutating func moveArguments() -> [Local] {
    source = caller
    target = callee
    memories = call.parameterMemories
    if let spilled = call.signature.spilledParameters {
      let from = code.parameters[0]
      checkPlace(from, of: spilled, in: source)
      let to = allocate(spilled)
      move(spilled, Place(from), Place(to))
      return [to]
    }
    var arguments: [Local] = []
    var given = code.parameters[...]
    for layout in call.signature.parameters {
      let flat = layout.flat ?? []
      let from = Array(given.prefix(flat.count))
      given = given.dropFirst(flat.count)
      let to = flat.map { code.local($0) }
      move(layout, from, to)
      arguments += to
    }
    return arguments
  }

  /// Lowers the result, and returns the core result of the call.
  private mutating func moveResult(_ results: [Local]) -> Local? {
    guard let layout = call.signature.result, let result = results.first else { return nil }
    source = callee
    target = caller
    memories = call.resultMemories
    guard call.signature.resultInMemory, let to = code.parameters.last else {
      let moved = code.local(result.type)
      move(layout, [result], [moved])
      return moved
    }
    checkPlace(result, of: layout, in: source)
    checkPlace(to, of: layout, in: target)
    move(layout, Place(result), Place(to))
    return nil
  }
}

extension ValueType {
  /// Whether a borrowed handle occurs in it.
  var containsBorrow: Bool {
    switch self {
    case .borrow: true
    default: parts.contains { $0.containsBorrow }
    }
  }
}
