import WippyEngine

extension ComponentValidator {
  /// The type of a module in the file. Two imports of one name could not be given different arguments.
  func coreModule(_ range: Range<Int>) throws(ComponentError) -> CoreModuleType {
    let module = CoreModuleType(try CoreModuleSummary.scan(bytes, range: range))
    try types.spend(module.imports.count)
    var imports: Set<[String]> = []
    for entry in module.imports {
      guard imports.insert([entry.module, entry.name]).inserted else {
        throw failure("a core module imports `\(entry.module)` `\(entry.name)` twice")
      }
    }
    return module
  }

  // MARK: Core types

  func coreType(_ syntax: CoreTypeSyntax) throws(ComponentError) -> ValidationScope.CoreType {
    switch syntax {
    case .function(let type): return .function(type)
    case .module(let declarations): return .module(try moduleType(declarations))
    }
  }

  private func moduleType(_ declarations: [CoreModuleDeclaration]) throws(ComponentError) -> CoreModuleType {
    let module = CoreModuleType()
    var functionTypes: [CoreFunctionType?] = []
    var imports: Set<[String]> = []
    for declaration in declarations {
      switch declaration {
      case .type(.function(let type)): functionTypes.append(type)
      case .type(.module): throw failure("a module type cannot define another module type")
      case .alias(_, let depth, let index):
        functionTypes.append(try outerFunctionType(depth, index, functionTypes))
      case .import(let from, let name, let type):
        guard imports.insert([from, name]).inserted else {
          throw failure("a module type imports `\(from)` `\(name)` twice")
        }
        module.imports.append((from, name, try coreExternType(type, functionTypes)))
      case .export(let name, let type):
        guard module.exports[name] == nil else { throw failure("a module type exports `\(name)` twice") }
        module.exports[name] = try coreExternType(type, functionTypes)
      }
    }
    return module
  }

  private func outerFunctionType(
    _ depth: UInt32, _ index: UInt32, _ own: [CoreFunctionType?]
  ) throws(ComponentError) -> CoreFunctionType? {
    guard depth > 0 else { return try element(index, of: own, "core type") }
    // The module type is the innermost scope, and none of ours.
    let outer = try outerScope(depth - 1)
    guard case .function(let type) = try element(index, of: outer.coreTypes, "core type") else {
      throw failure("a module type can only alias function types of its surroundings")
    }
    return type
  }

  private func coreExternType(
    _ syntax: CoreExternSyntax, _ functionTypes: [CoreFunctionType?]
  ) throws(ComponentError) -> CoreExternType {
    switch syntax {
    case .function(let index): return .function(try element(index, of: functionTypes, "core type"))
    case .table(let type, let minimum, let maximum):
      return .table(CoreValueType(rawValue: type), CoreLimits(minimum: minimum, maximum: maximum))
    case .memory(let minimum, let maximum, let is64, let isShared):
      guard is64 || max(minimum, maximum ?? 0) <= 65_536 else {
        throw failure("a memory of 32-bit addresses can have 65536 pages (4 GiB)")
      }
      guard !isShared || maximum != nil else { throw failure("a shared memory must have a maximum size") }
      return .memory(CoreLimits(minimum: minimum, maximum: maximum, is64: is64, isShared: isShared))
    case .global(let type, let isMutable): return .global(type, isMutable: isMutable)
    case .tag(let index):
      let type = try element(index, of: functionTypes, "core type")
      guard type?.results.isEmpty ?? true else { throw failure("a tag's type cannot have results") }
      return .tag(type)
    }
  }

  // MARK: Core instances

  func coreInstance(_ syntax: CoreInstanceSyntax) throws(ComponentError) -> [String: CoreExternType] {
    switch syntax {
    case .instantiate(let index, let arguments):
      let module = try element(index, of: scope.coreModules, "core module")
      try checkArguments(arguments, of: module)
      return module.exports
    case .exports(let exports):
      try types.spend(exports.count)
      var instance: [String: CoreExternType] = [:]
      for export in exports {
        guard instance[export.name] == nil else {
          throw failure("a core instance exports `\(export.name)` twice")
        }
        instance[export.name] = try coreEntity(export.sort, export.index)
      }
      return instance
    }
  }

  private func checkArguments(
    _ arguments: [(name: String, instance: UInt32)], of module: CoreModuleType
  ) throws(ComponentError) {
    try types.spend(arguments.count + module.imports.count)
    var given: [String: [String: CoreExternType]] = [:]
    for argument in arguments {
      guard given[argument.name] == nil else {
        throw failure("argument `\(argument.name)` is given twice")
      }
      given[argument.name] = try element(argument.instance, of: scope.coreInstances, "core instance")
    }
    for entry in module.imports {
      let place = "`\(entry.module)` `\(entry.name)`"
      guard let instance = given[entry.module] else {
        throw failure("the core module imports \(place), and there is no argument `\(entry.module)`")
      }
      guard let found = instance[entry.name] else {
        throw failure("the core module imports \(place), which argument `\(entry.module)` does not export")
      }
      guard found.sort == entry.type.sort else {
        throw failure("the core module's import \(place) should be a \(entry.type.kind), found a \(found.kind)")
      }
      guard found.satisfies(entry.type) else {
        throw failure("the core module's import \(place) is a \(found.kind) of another type than expected")
      }
    }
  }

  private func coreEntity(_ sort: CoreSort, _ index: UInt32) throws(ComponentError) -> CoreExternType {
    switch sort {
    case .function: .function(try element(index, of: scope.coreFunctions, "core function"))
    case .table: try element(index, of: scope.coreTables, "core table")
    case .memory: .memory(try element(index, of: scope.coreMemories, "core memory"))
    case .global: try element(index, of: scope.coreGlobals, "core global")
    case .tag: .tag(try element(index, of: scope.coreTags, "core tag"))
    case .type, .module, .instance:
      throw failure("a core instance can export functions, tables, memories, globals and tags only")
    }
  }
}
