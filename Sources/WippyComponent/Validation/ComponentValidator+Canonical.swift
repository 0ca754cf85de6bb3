import WippyEngine

extension ComponentValidator {
  func canonical(_ syntax: CanonicalSyntax) throws(ComponentError) {
    switch syntax {
    case .lift(let core, let options, let type): try lift(core, options, try functionType(type))
    case .lower(let function, let options):
      let type = try lower(try element(function, of: scope.functions, "function"), options)
      scope.coreFunctions.append(type)
    case .resourceNew(let index):
      _ = try localResource(index, "resource.new")
      scope.coreFunctions.append(CoreFunctionType(parameters: [.i32], results: [.i32]))
    case .resourceDrop(let index):
      _ = try resourceType(index)
      scope.coreFunctions.append(CoreFunctionType(parameters: [.i32], results: []))
    case .resourceRep(let index):
      _ = try localResource(index, "resource.rep")
      scope.coreFunctions.append(CoreFunctionType(parameters: [.i32], results: [.i32]))
    case .asynchronous(let builtIn):
      try check(builtIn)
      scope.coreFunctions.append(builtIn.coreType)
    }
  }

  private func localResource(_ index: UInt32, _ what: String) throws(ComponentError) -> TypeID {
    let id = try resourceType(index)
    guard case .resource(let owner) = types[id], owner == scope.id else {
      throw failure("`\(what)` needs a resource type that the component defines itself, type \(index) is none")
    }
    return id
  }

  // MARK: Lifts and lowers

  private func lift(
    _ core: UInt32, _ options: CanonicalOptionsSyntax, _ type: TypeID
  ) throws(ComponentError) {
    let function = try element(core, of: scope.coreFunctions, "core function")
    try check(options)
    let signature = try signature(of: type)
    try check(options, isAsyncType: signature.isAsync)
    if let function { try check(function, signature, options) }
    if let postReturn = options.postReturn {
      let cleanup = try element(postReturn, of: scope.coreFunctions, "core function")
      let expected = CoreFunctionType(parameters: signature.liftedResults, results: [])
      if let cleanup, cleanup != expected {
        throw failure("a `post-return` function of this function must have the core type \(expected.text)")
      }
    }
    let needsMemory = signature.parametersInMemory || (signature.resultInMemory && !options.isAsync)
    if needsMemory { try requireMemory(options, "lift") }
    if signature.parametersInMemory { try requireRealloc(options, "lift", "parameters") }
    scope.functions.append(type)
  }

  private func check(
    _ function: CoreFunctionType, _ signature: FlatSignature, _ options: CanonicalOptionsSyntax
  ) throws(ComponentError) {
    // What an asynchronous function returns goes another way.
    let results =
      options.isAsync ? options.callback == nil ? [] : [CoreValueType.i32] : signature.liftedResults
    let expected = CoreFunctionType(parameters: signature.parameters, results: results)
    guard function == expected else {
      throw failure(
        "the lifted function needs the core type \(expected.text), and the core function is \(function.text)")
    }
  }

  private func lower(_ type: TypeID, _ options: CanonicalOptionsSyntax) throws(ComponentError) -> CoreFunctionType? {
    try check(options)
    guard options.postReturn == nil else { throw failure("`canon lower` cannot have a `post-return` function") }
    guard options.callback == nil else { throw failure("`canon lower` cannot have a `callback` function") }
    let signature = try signature(of: type)
    if signature.parametersInMemory || signature.resultInMemory { try requireMemory(options, "lower") }
    if signature.resultHasPointer { try requireRealloc(options, "lower", "result") }
    guard !options.isAsync else { return nil }
    let pointer: [CoreValueType] = signature.hasResultPointer ? [.i32] : []
    return CoreFunctionType(
      parameters: signature.parameters + pointer, results: signature.hasResultPointer ? [] : signature.liftedResults)
  }

  /// A function type with its core types.
  private struct FlatSignature {
    var isAsync: Bool
    var parameters: [CoreValueType]
    /// Of the core function that is lifted.
    var liftedResults: [CoreValueType]
    /// Whether the result is returned through a pointer.
    var hasResultPointer: Bool
    var parametersInMemory: Bool
    var resultInMemory: Bool
    var resultHasPointer: Bool
  }

  private func signature(of type: TypeID) throws(ComponentError) -> FlatSignature {
    guard case .function(let parameters, let result, let isAsync) = types[type] else {
      throw failure("a canonical function needs a function type")
    }
    try types.spend(parameters.count)
    let flat = try types.concatenated(parameters.map(\.type))
    var flatResult: [CoreValueType]? = []
    if let result { flatResult = try types.flatTypes(of: result) }
    let output = result.map { types.metrics(of: $0) } ?? TypeMetrics(flatCount: 0)
    let isDirect = flatResult.map { $0.count <= 1 } ?? false
    return FlatSignature(
      isAsync: isAsync, parameters: flat ?? [.i32], liftedResults: isDirect ? flatResult ?? [] : [.i32],
      hasResultPointer: !isDirect,
      parametersInMemory: flat == nil || parameters.contains { types.metrics(of: $0.type).hasPointer },
      resultInMemory: output.hasPointer || !isDirect, resultHasPointer: output.hasPointer)
  }

  // MARK: Options

  private func check(_ options: CanonicalOptionsSyntax) throws(ComponentError) {
    if let memory = options.memory { try check(memory: memory) }
    guard let realloc = options.realloc else { return }
    let type = try element(realloc, of: scope.coreFunctions, "core function")
    if let type, type != AdapterModule.reallocType {
      throw failure("canonical option `realloc` must have the core type [i32 i32 i32 i32] -> [i32]")
    }
    guard options.memory != nil else { throw failure("canonical option `realloc` needs option `memory`") }
  }

  private func check(memory: UInt32) throws(ComponentError) {
    let limits = try element(memory, of: scope.coreMemories, "core memory")
    if limits.is64 { throw failure("canonical option `memory`: memories of 64-bit addresses are not supported") }
    if limits.isShared { throw failure("canonical option `memory`: a shared memory is not allowed") }
  }

  /// The rules of lifts about `async`.
  private func check(_ options: CanonicalOptionsSyntax, isAsyncType: Bool) throws(ComponentError) {
    guard options.isAsync else {
      guard options.callback == nil else { throw failure("canonical option `callback` needs option `async`") }
      return
    }
    guard isAsyncType else { throw failure("canonical option `async` needs an `async` function type") }
    guard options.postReturn == nil else {
      throw failure("canonical options `async` and `post-return` cannot be given together")
    }
    guard let callback = options.callback else { return }
    let type = try element(callback, of: scope.coreFunctions, "core function")
    let expected = CoreFunctionType(parameters: [.i32, .i32, .i32], results: [.i32])
    if let type, type != expected { throw failure("a `callback` must have the core type \(expected.text)") }
  }

  private func check(_ builtIn: AsynchronousBuiltIn) throws(ComponentError) {
    for index in builtIn.types {
      let id = try typeIndex(index)
      guard case .value = types[id] else {
        throw failure("`\(builtIn.name)` needs a value type, type \(index) is \(types[id].description)")
      }
    }
    for memory in builtIn.memories { try check(memory: memory) }
    for index in builtIn.coreTypes { _ = try element(index, of: scope.coreTypes, "core type") }
    for index in builtIn.tables { _ = try element(index, of: scope.coreTables, "core table") }
  }

  private func requireMemory(_ options: CanonicalOptionsSyntax, _ what: String) throws(ComponentError) {
    guard options.memory != nil else {
      throw failure("`canon \(what)` of this function needs option `memory`: its values do not fit core values")
    }
  }

  private func requireRealloc(
    _ options: CanonicalOptionsSyntax, _ what: String, _ part: String
  ) throws(ComponentError) {
    guard options.realloc != nil else {
      throw failure("`canon \(what)` of this function needs option `realloc`: space is allocated for its \(part)")
    }
  }
}
