import WippyEngine

extension ComponentValidator {
  /// How many core values can be parameters before they go through memory.
  private static let flatParameterLimit = 16
  private static let flatResultLimit = 1

  func canonical(_ syntax: CanonicalSyntax) throws(ComponentError) {
    switch syntax {
    case .lift(let core, let options, let type): try lift(core, options, try functionType(type))
    case .lower(let function, let options):
      try lower(try element(function, of: scope.functions, "function"), options)
      // Its core type is the flattened one, which the canonical ABI works out.
      scope.coreFunctions.append(nil)
    case .resourceNew(let index):
      _ = try localResource(index, "resource.new")
      scope.coreFunctions.append(CoreFunctionType(parameters: [.i32], results: [.i32]))
    case .resourceDrop(let index):
      _ = try resourceType(index)
      scope.coreFunctions.append(CoreFunctionType(parameters: [.i32], results: []))
    case .resourceRep(let index):
      _ = try localResource(index, "resource.rep")
      scope.coreFunctions.append(CoreFunctionType(parameters: [.i32], results: [.i32]))
    }
  }

  private func localResource(_ index: UInt32, _ what: String) throws(ComponentError) -> TypeID {
    let id = try resourceType(index)
    guard case .resource(let owner) = types[id], owner == scope.id else {
      throw failure("`\(what)` needs a resource type that the component defines itself, type \(index) is none")
    }
    return id
  }

  private func lift(
    _ core: UInt32, _ options: CanonicalOptionsSyntax, _ type: TypeID
  ) throws(ComponentError) {
    _ = try element(core, of: scope.coreFunctions, "core function")
    try check(options)
    if let postReturn = options.postReturn {
      let cleanup = try element(postReturn, of: scope.coreFunctions, "core function")
      if let cleanup, !cleanup.results.isEmpty { throw failure("a `post-return` function must not return anything") }
    }
    let needs = try needs(of: type)
    if needs.parametersInMemory || needs.resultInMemory { try requireMemory(options, "lift") }
    if needs.parametersInMemory { try requireRealloc(options, "lift", "parameters") }
    scope.functions.append(type)
  }

  private func lower(_ type: TypeID, _ options: CanonicalOptionsSyntax) throws(ComponentError) {
    try check(options)
    guard options.postReturn == nil else { throw failure("`canon lower` cannot have a `post-return` function") }
    let needs = try needs(of: type)
    if needs.parametersInMemory || needs.resultInMemory { try requireMemory(options, "lower") }
    if needs.resultHasPointer { try requireRealloc(options, "lower", "result") }
  }

  private struct Needs {
    var parametersInMemory: Bool
    var resultInMemory: Bool
    var resultHasPointer: Bool
  }

  private func needs(of type: TypeID) throws(ComponentError) -> Needs {
    guard case .function(let parameters, let result) = types[type] else {
      throw failure("a canonical function needs a function type")
    }
    try types.spend(parameters.count)
    var flat = TypeMetrics(flatCount: 0)
    for parameter in parameters { flat.include(types.metrics(of: parameter.type)) }
    let output = result.map { types.metrics(of: $0) } ?? TypeMetrics(flatCount: 0)
    return Needs(
      parametersInMemory: flat.hasPointer || flat.flatCount > Self.flatParameterLimit,
      resultInMemory: output.hasPointer || output.flatCount > Self.flatResultLimit,
      resultHasPointer: output.hasPointer)
  }

  private func check(_ options: CanonicalOptionsSyntax) throws(ComponentError) {
    if let memory = options.memory {
      let limits = try element(memory, of: scope.coreMemories, "core memory")
      if limits.is64 { throw failure("canonical option `memory`: memories of 64-bit addresses are not supported") }
      if limits.isShared { throw failure("canonical option `memory`: a shared memory is not allowed") }
    }
    guard let realloc = options.realloc else { return }
    let type = try element(realloc, of: scope.coreFunctions, "core function")
    if let type, type.parameters != [.i32, .i32, .i32, .i32] || type.results != [.i32] {
      throw failure("canonical option `realloc` must have the core type [i32 i32 i32 i32] -> [i32]")
    }
    guard options.memory != nil else { throw failure("canonical option `realloc` needs option `memory`") }
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
