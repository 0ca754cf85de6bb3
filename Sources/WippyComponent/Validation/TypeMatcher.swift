/// Decides whether something can stand where something else is expected.
///
/// Resources that the expected side introduces are bound to those of the actual side as they are met: an
/// abstract type is whatever the first export of that name turns out to be.
struct TypeMatcher {
  private struct Pair: Hashable {
    var actual: TypeID
    var expected: TypeID
  }

  let types: TypeTable
  /// What the resources that were open have turned out to be.
  private(set) var bindings: [TypeID: TypeID] = [:]
  /// The types that stood where other named types were expected.
  private(set) var aliases: [TypeID: TypeID] = [:]
  private var open: Set<TypeID>
  private var equalPairs: Set<Pair> = []

  init(_ types: TypeTable, open: [TypeID]) {
    self.types = types
    self.open = Set(open)
  }

  mutating func match(
    _ actual: Entity, _ expected: Entity, _ name: String
  ) throws(ComponentError) {
    try types.spend(1)
    switch (actual, expected) {
    case (.module(let actual), .module(let expected)): try matchModule(actual, expected, name)
    case (.function(let actual), .function(let expected)):
      guard try equal(actual, expected) else {
        throw types.failure("`\(name)` is a function of another type than expected")
      }
    case (.type(let actual), .type(let expected)): try matchType(actual, expected, name)
    case (.instance(let actual), .instance(let expected)): try matchInstance(actual, expected, name)
    case (.component(let actual), .component(let expected)): try matchComponent(actual, expected, name)
    default:
      throw types.failure("`\(name)` should be \(expected.description), found \(actual.description)")
    }
  }

  private mutating func matchType(_ actual: TypeID, _ expected: TypeID, _ name: String) throws(ComponentError) {
    let resource = types.canonical(expected)
    if open.contains(resource), bindings[resource] == nil {
      guard types.isResource(actual) else {
        throw types.failure("`\(name)` should be a resource type, found \(types[actual].description)")
      }
      bindings[resource] = types.canonical(actual)
      return
    }
    guard try equal(actual, expected) else {
      throw types.failure("`\(name)` is another type than expected")
    }
    if !types.isResource(expected) { aliases[expected] = actual }
  }

  private func matchModule(
    _ actual: CoreModuleType, _ expected: CoreModuleType, _ name: String
  ) throws(ComponentError) {
    try types.spend(actual.imports.count + expected.imports.count + expected.exports.count)
    var given: [[String]: CoreExternType] = [:]
    for entry in expected.imports { given[[entry.module, entry.name]] = entry.type }
    for entry in actual.imports {
      guard let type = given[[entry.module, entry.name]], type.satisfies(entry.type) else {
        throw types.failure(
          "core module `\(name)` imports `\(entry.module)` `\(entry.name)`, which its expected type does not")
      }
    }
    for (export, type) in expected.exports {
      guard let found = actual.exports[export] else {
        throw types.failure("core module `\(name)` does not export `\(export)`")
      }
      guard found.satisfies(type) else {
        throw types.failure("export `\(export)` of core module `\(name)` is of another type than expected")
      }
    }
  }

  private mutating func matchInstance(
    _ actual: TypeID, _ expected: TypeID, _ name: String
  ) throws(ComponentError) {
    guard actual != expected else { return }
    guard case .instance(let actual) = types[actual], case .instance(let expected) = types[expected] else {
      throw types.failure("`\(name)` should be an instance")
    }
    for entry in expected.exports.entries {
      guard let found = actual.exports[entry.name] else {
        throw types.failure("instance `\(name)` does not export `\(entry.name)`")
      }
      try match(found, entry.entity, entry.name)
    }
  }

  private func matchComponent(
    _ actual: TypeID, _ expected: TypeID, _ name: String
  ) throws(ComponentError) {
    guard actual != expected else { return }
    guard case .component(let actual) = types[actual], case .component(let expected) = types[expected] else {
      throw types.failure("`\(name)` should be a component")
    }
    var inner = nested(opening: actual.importedResources + expected.definedResources)
    for entry in actual.imports.entries {
      guard let given = expected.imports[entry.name] else {
        throw types.failure("component `\(name)` imports `\(entry.name)`, which its expected type does not")
      }
      try inner.match(given, entry.entity, entry.name)
    }
    for entry in expected.exports.entries {
      guard let found = actual.exports[entry.name] else {
        throw types.failure("component `\(name)` does not export `\(entry.name)`")
      }
      try inner.match(found, entry.entity, entry.name)
    }
  }

  private func nested(opening resources: [TypeID]) -> TypeMatcher {
    var inner = TypeMatcher(types, open: resources)
    inner.bindings = bindings
    for resource in resources { inner.bindings[resource] = nil }
    return inner
  }

  // MARK: Equality

  private func bound(_ id: TypeID) -> TypeID {
    let resource = types.canonical(id)
    return bindings[resource] ?? resource
  }

  private mutating func equal(_ actual: TypeID, _ expected: TypeID) throws(ComponentError) -> Bool {
    try types.spend(1)
    if actual == expected { return true }
    let pair = Pair(actual: actual, expected: expected)
    if equalPairs.contains(pair) { return true }
    guard try compare(actual, expected) else { return false }
    equalPairs.insert(pair)
    return true
  }

  private mutating func compare(_ actual: TypeID, _ expected: TypeID) throws(ComponentError) -> Bool {
    switch (types[actual], types[expected]) {
    case (.resource, .resource): return bound(actual) == bound(expected)
    case (.value(let left), .value(let right)): return try equal(left, right)
    case (.function(let left, let leftResult, let leftAsync), .function(let right, let rightResult, let rightAsync)):
      guard left.count == right.count, leftAsync == rightAsync else { return false }
      for (left, right) in zip(left, right) {
        guard left.name == right.name, try equal(left.type, right.type) else { return false }
      }
      return try equal(leftResult, rightResult)
    case (.instance(let left), .instance(let right)):
      return try areMutual(.instance(actual), left.resources, .instance(expected), right.resources)
    case (.component, .component): return try areMutual(.component(actual), [], .component(expected), [])
    default: return false
    }
  }

  /// Types of instances and components are equal when each can stand for the other.
  private func areMutual(
    _ left: Entity, _ leftResources: [TypeID], _ right: Entity, _ rightResources: [TypeID]
  ) throws(ComponentError) -> Bool {
    do throws(ComponentError) {
      var forth = nested(opening: rightResources)
      try forth.match(left, right, "")
      var back = nested(opening: leftResources)
      try back.match(right, left, "")
      return true
    } catch {
      // A mismatch is an answer here; running out of budget is not, and shows itself again at once.
      try types.spend(1)
      return false
    }
  }

  private mutating func equal(_ left: ValueReference?, _ right: ValueReference?) throws(ComponentError) -> Bool {
    switch (left, right) {
    case (nil, nil): return true
    case (let left?, let right?): return try equal(left, right)
    default: return false
    }
  }

  private mutating func equal(_ left: ValueReference, _ right: ValueReference) throws(ComponentError) -> Bool {
    switch (left, right) {
    case (.primitive(let left), .primitive(let right)): return left == right
    case (.index(let left), .index(let right)): return try equal(left, right)
    // A primitive type that was given a name is the primitive type.
    case (.primitive(let primitive), .index(let id)), (.index(let id), .primitive(let primitive)):
      guard case .value(.primitive(let named)) = types[id] else { return false }
      return named == primitive
    }
  }

  private mutating func equal(_ left: ValueTypeSyntax, _ right: ValueTypeSyntax) throws(ComponentError) -> Bool {
    switch (left, right) {
    case (.primitive(let left), .primitive(let right)): return left == right
    case (.flags(let left), .flags(let right)), (.enumeration(let left), .enumeration(let right)):
      return left == right
    case (.record(let left), .record(let right)):
      guard left.map(\.name) == right.map(\.name) else { return false }
      return try equalParts(left.map(\.type), right.map(\.type))
    case (.variant(let left), .variant(let right)):
      guard left.map(\.name) == right.map(\.name) else { return false }
      for (left, right) in zip(left, right) {
        guard try equal(left.payload, right.payload) else { return false }
      }
      return true
    case (.list(let left), .list(let right)), (.option(let left), .option(let right)):
      return try equal(left, right)
    case (.tuple(let left), .tuple(let right)): return try equalParts(left, right)
    case (.fixedList(let left, let leftCount), .fixedList(let right, let rightCount)):
      guard leftCount == rightCount else { return false }
      return try equal(left, right)
    case (.map(let leftKey, let left), .map(let rightKey, let right)):
      guard try equal(leftKey, rightKey) else { return false }
      return try equal(left, right)
    case (.stream(let left), .stream(let right)), (.future(let left), .future(let right)):
      return try equal(left, right)
    case (.result(let leftOk, let leftError), .result(let rightOk, let rightError)):
      guard try equal(leftOk, rightOk) else { return false }
      return try equal(leftError, rightError)
    case (.own(let left), .own(let right)), (.borrow(let left), .borrow(let right)):
      return bound(left) == bound(right)
    default: return false
    }
  }

  private mutating func equalParts(
    _ left: [ValueReference], _ right: [ValueReference]
  ) throws(ComponentError) -> Bool {
    guard left.count == right.count else { return false }
    for (left, right) in zip(left, right) {
      guard try equal(left, right) else { return false }
    }
    return true
  }
}
