extension ComponentValidator {
  /// Checks the name of an import or export of the scope and takes it down.
  func register(
    _ text: String, _ entity: Entity, _ names: ReferenceWritableKeyPath<ValidationScope, NameScope>
  ) throws(ComponentError) {
    let name = try externName(text, isImport: names == \.importNames)
    try check(name, text, entity, scope[keyPath: names].resources)
    guard scope[keyPath: names].insert(name) else {
      throw failure("`\(text)` clashes with an earlier name of the same scope")
    }
    if case .type(let id) = entity, types.isResource(id), case .label(let label) = name {
      scope[keyPath: names].resources[label] = id
    }
  }

  func externName(_ text: String, isImport: Bool) throws(ComponentError) -> ExternName {
    guard let name = ExternName(text) else {
      throw failure("`\(text)` is not a valid name for an import or export")
    }
    if case .dependency = name, !isImport { throw failure("`\(text)` is not a valid name for an export") }
    return name
  }

  /// The rules for functions that belong to a resource.
  func check(
    _ name: ExternName, _ text: String, _ entity: Entity, _ resources: [String: TypeID]
  ) throws(ComponentError) {
    let owner: String
    switch name {
    case .label, .interface, .dependency: return
    case .constructor(let resource), .method(let resource, _), .staticFunction(let resource, _): owner = resource
    }
    guard case .function(let id) = entity, case .function(let parameters, let result, _) = types[id] else {
      throw failure("`\(text)` must be a function, it is \(entity.description)")
    }
    guard let resource = resources[owner] else {
      throw failure("`\(text)` belongs to resource `\(owner)`, which does not precede it")
    }
    switch name {
    case .constructor:
      guard let result, isOwned(resource, result, allowsResult: true) else {
        throw failure("`\(text)` must return `own<\(owner)>`, or a result of it")
      }
    case .method:
      guard let first = parameters.first, first.name == "self", isBorrowed(resource, first.type) else {
        throw failure("the first parameter of `\(text)` must be `self: borrow<\(owner)>`")
      }
    default: break
    }
  }

  private func isOwned(_ resource: TypeID, _ reference: ValueReference, allowsResult: Bool) -> Bool {
    guard case .index(let id) = reference, case .value(let type) = types[id] else { return false }
    switch type {
    case .own(let owned): return owned == resource
    case .result(let ok?, _) where allowsResult: return isOwned(resource, ok, allowsResult: false)
    default: return false
    }
  }

  private func isBorrowed(_ resource: TypeID, _ reference: ValueReference) -> Bool {
    guard case .index(let id) = reference, case .value(.borrow(let borrowed)) = types[id] else { return false }
    return borrowed == resource
  }

  /// Labels of one type: well-formed, and different even when case is ignored.
  func checkLabels(_ labels: [String], of what: String) throws(ComponentError) {
    try types.spend(labels.count)
    var seen: Set<String> = []
    for label in labels {
      guard ExternName.isLabel(label) else {
        throw failure("`\(label)` is not a valid name for \(what): use words of letters and digits joined by `-`")
      }
      guard seen.insert(label.lowercased()).inserted else {
        throw failure("`\(label)` clashes with an earlier name of the same type (\(what))")
      }
    }
  }
}
