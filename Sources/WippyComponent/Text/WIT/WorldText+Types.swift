extension WorldText {
  // MARK: Functions

  func function(_ id: TypeID, in interface: String?, dropping count: Int = 0) throws(ComponentError) -> String {
    guard case .function(let parameters, let result, let isAsync) = types[id] else { return "func()" }
    let output = try result.map { (result) throws(ComponentError) in " -> \(try text(of: result, in: interface))" }
    let list = try self.parameters(Array(parameters.dropFirst(count)), in: interface)
    return "\(isAsync ? "async " : "")func(\(list))\(output ?? "")"
  }

  func parameters(
    _ parameters: [(name: String, type: ValueReference)], in interface: String?
  ) throws(ComponentError) -> String {
    var list: [String] = []
    for parameter in parameters {
      list.append("\(WorldText.escaped(parameter.name)): \(try text(of: parameter.type, in: interface))")
    }
    return list.joined(separator: ", ")
  }

  // MARK: Types

  /// The declaration of a named type: a `use` where it is another interface's, else what it is.
  mutating func declaration(
    of id: TypeID, _ name: String, in interface: String?
  ) throws(ComponentError) -> [String] {
    defer { setName(name, of: id, in: interface) }
    let escaped = WorldText.escaped(name)
    if let origin = namedOrigin(of: id), origin != TypeName(interface: interface, name: name) {
      guard origin.interface != interface, let other = origin.interface else {
        return ["type \(escaped) = \(WorldText.escaped(origin.name));"]
      }
      let renaming = origin.name == name ? "" : " as \(escaped)"
      return ["use \(WorldText.path(other, from: interface)).{\(WorldText.escaped(origin.name))\(renaming)};"]
    }
    guard case .value(let type) = types[id] else { return ["resource \(escaped);"] }
    switch type {
    case .record(let fields):
      var lines: [String] = []
      for field in fields {
        lines.append("\(WorldText.escaped(field.name)): \(try text(of: field.type, in: interface)),")
      }
      return WorldText.braced("record \(escaped)", lines)
    case .variant(let cases):
      var lines: [String] = []
      for item in cases {
        let payload = try item.payload.map { (type) throws(ComponentError) in "(\(try text(of: type, in: interface)))" }
        lines.append("\(WorldText.escaped(item.name))\(payload ?? ""),")
      }
      return WorldText.braced("variant \(escaped)", lines)
    case .flags(let names): return WorldText.braced("flags \(escaped)", names.map { "\(WorldText.escaped($0))," })
    case .enumeration(let names):
      return WorldText.braced("enum \(escaped)", names.map { "\(WorldText.escaped($0))," })
    default: return ["type \(escaped) = \(try structure(type, in: interface));"]
    }
  }

  mutating func setName(_ name: String, of id: TypeID, in interface: String?) {
    if names[id] == nil { names[id] = TypeName(interface: interface, name: name) }
    // Two names of one resource type of an exported interface are the same type here: the first is the resource's own.
    if localNames[id] == nil { localNames[id] = name }
  }

  /// Whether this is a resource type that has its name here, not elsewhere before.
  func isNewResource(_ id: TypeID, _ name: String, in interface: String?) -> Bool {
    guard types.isResource(id) else { return false }
    return namedOrigin(of: id).map { $0 == TypeName(interface: interface, name: name) } ?? true
  }

  /// The name of a type, or of the one that it is another name of.
  private func namedOrigin(of id: TypeID) -> TypeName? { firstNamed(id, in: names) }

  private func firstNamed<Name>(_ id: TypeID, in names: [TypeID: Name]) -> Name? {
    var next: TypeID? = id
    while let type = next {
      if let name = names[type] { return name }
      next = types.origin(of: type)
    }
    return nil
  }

  /// A type where it is mentioned: by its name where it has one.
  func text(of reference: ValueReference, in interface: String?) throws(ComponentError) -> String {
    try types.spend(1)
    switch reference {
    case .primitive(let primitive): return WorldText.name(of: primitive)
    case .index(let id):
      if let name = firstNamed(id, in: localNames) ?? namedOrigin(of: id)?.name { return WorldText.escaped(name) }
      guard case .value(let type) = types[id] else { return "_" }
      return try structure(type, in: interface)
    }
  }

  private func structure(_ type: ValueTypeSyntax, in interface: String?) throws(ComponentError) -> String {
    func text(_ reference: ValueReference) throws(ComponentError) -> String {
      try self.text(of: reference, in: interface)
    }
    switch type {
    case .primitive(let primitive): return WorldText.name(of: primitive)
    case .list(let element): return "list<\(try text(element))>"
    case .fixedList(let element, let count): return "list<\(try text(element)), \(count)>"
    case .map(let key, let value): return "map<\(try text(key)), \(try text(value))>"
    case .tuple(let elements):
      var list: [String] = []
      for element in elements { list.append(try text(element)) }
      return "tuple<\(list.joined(separator: ", "))>"
    case .option(let payload): return "option<\(try text(payload))>"
    case .result(nil, nil): return "result"
    case .result(let ok?, nil): return "result<\(try text(ok))>"
    case .result(let ok, let error?):
      let value = try ok.map { (type) throws(ComponentError) in try text(type) }
      return "result<\(value ?? "_"), \(try text(error))>"
    case .own(let resource): return try text(.index(resource))
    case .borrow(let resource): return "borrow<\(try text(.index(resource)))>"
    case .stream(let element), .future(let element):
      let keyword = if case .stream = type { "stream" } else { "future" }
      return try element.map { (type) throws(ComponentError) in "\(keyword)<\(try text(type))>" } ?? keyword
    // Those must have names.
    case .record, .variant, .flags, .enumeration: return "_"
    }
  }

  // MARK: Words

  private static func braced(_ head: String, _ lines: [String]) -> [String] {
    ["\(head) {"] + lines.map { "  \($0)" } + ["}"]
  }

  static func escaped(_ name: String) -> String { WITToken.keywords.contains(name) ? "%\(name)" : name }

  static func path(_ package: String, _ interface: String, _ version: String?) -> String {
    "\(package)/\(escaped(interface))\(version.map { "@\($0)" } ?? "")"
  }

  /// The way to an interface, by the name that it has in the binary, from another one.
  private static func path(_ name: String, from user: String?) -> String {
    guard case .interface(let package, let interface, let version)? = ExternName(name) else { return escaped(name) }
    if case .interface(package, _, version)? = user.flatMap({ ExternName($0) }) { return escaped(interface) }
    return path(package, interface, version)
  }

  private static func name(of primitive: PrimitiveType) -> String {
    primitive == .errorContext ? "error-context" : "\(primitive)"
  }
}
