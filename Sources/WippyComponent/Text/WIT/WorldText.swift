/// The world of a component as WIT: what it imports and exports, with its named types.
///
/// A binary has no name for its world, nor for the package that the world is in: both are called as other tools
/// call them, `root:component` and `root`. Interfaces with the names of packages follow in their packages, with what
/// the component says of them.
package struct WorldText {
  /// Where a type has its name.
  struct TypeName: Equatable {
    /// `nil` in the world itself.
    var interface: String?
    var name: String
  }

  let types: TypeTable
  /// The names that types have been given so far: each the one that it was given first.
  var names: [TypeID: TypeName] = [:]
  /// What types are called in the interface at hand, or in the world.
  var localNames: [TypeID: String] = [:]
  /// The text of each interface with a package's name, in order of appearance.
  private var packages: [(package: String, version: String?, interfaces: [(name: String, body: [String])])] = []
  private var written: Set<String> = []
  private var world: [String] = []

  /// The text; throws where the component is not valid.
  package static func text(
    of component: ComponentSyntax, in bytes: UnsafeRawBufferPointer
  ) throws(ComponentError) -> String {
    let (types, shape) = try ComponentValidator.evaluate(component, in: bytes)
    var text = WorldText(types: types)
    for entry in shape.imports.entries { try text.add(entry, of: shape.imports.entries, "import") }
    for entry in shape.exports.entries { try text.add(entry, of: shape.exports.entries, "export") }
    return text.finished
  }

  private init(types: TypeTable) {
    self.types = types
  }

  private var finished: String {
    var lines = ["package root:component;", "", "world root {"]
    lines += world.map { $0.isEmpty ? "" : "  \($0)" } + ["}"]
    for package in packages {
      let version = package.version.map { "@\($0)" } ?? ""
      lines += ["", "package \(package.package)\(version) {"]
      for (index, interface) in package.interfaces.enumerated() {
        if index > 0 { lines.append("") }
        lines.append("  interface \(WorldText.escaped(interface.name)) {")
        lines += interface.body.map { $0.isEmpty ? "" : "    \($0)" } + ["  }"]
      }
      lines.append("}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: The world

  private mutating func add(
    _ entry: (name: String, entity: Entity), of entries: [(name: String, entity: Entity)], _ direction: String
  ) throws(ComponentError) {
    let (name, entity) = entry
    switch entity {
    case .function(let id):
      // Those of a resource stand in it.
      guard case .label? = ExternName(name) else { return }
      world.append("\(direction) \(WorldText.escaped(name)): \(try function(id, in: nil));")
    case .instance(let id):
      guard case .instance(let shape) = types[id] else { return }
      if case .interface(let package, let interface, let version)? = ExternName(name) {
        world.append("\(direction) \(WorldText.path(package, interface, version));")
        try addInterface(package, interface, version, name, shape.exports)
      } else {
        world.append("\(direction) \(WorldText.escaped(name)): interface {")
        world += try body(of: shape.exports, in: name).map { "  \($0)" } + ["}"]
      }
    case .type(let id):
      // An exported type of a world has no place in WIT: it is one that interfaces name.
      guard direction == "import" else { return }
      if isNewResource(id, name, in: nil) {
        setName(name, of: id, in: nil)
        world += try resource(name, entries, in: nil)
      } else {
        world += try declaration(of: id, name, in: nil)
      }
    case .component, .module:
      world.append("// \(direction) \(name): \(entity.description), for which WIT has no words")
    }
  }

  private mutating func addInterface(
    _ package: String, _ interface: String, _ version: String?, _ name: String, _ exports: EntityList
  ) throws(ComponentError) {
    // An interface can be imported and exported: its types then have the names of the first.
    let body = try body(of: exports, in: name)
    guard written.insert(name).inserted else { return }
    if let place = packages.firstIndex(where: { $0.package == package && $0.version == version }) {
      packages[place].interfaces.append((interface, body))
    } else {
      packages.append((package, version, [(interface, body)]))
    }
  }

  // MARK: Interfaces

  private mutating func body(of exports: EntityList, in interface: String) throws(ComponentError) -> [String] {
    let outer = localNames
    localNames = [:]
    defer { localNames = outer }
    // Functions of resources mention types that are named after the resource: names come first.
    var declarations: [(lines: [String], resource: String?)] = []
    let entries = exports.entries
    for entry in entries {
      guard case .type(let id) = entry.entity else { continue }
      if isNewResource(id, entry.name, in: interface) {
        setName(entry.name, of: id, in: interface)
        declarations.append(([], entry.name))
      } else {
        declarations.append((try declaration(of: id, entry.name, in: interface), nil))
      }
    }
    var lines: [String] = []
    for declaration in declarations {
      lines +=
        try declaration.resource.map { (name) throws(ComponentError) in
          try resource(name, entries, in: interface)
        } ?? declaration.lines
    }
    for entry in entries {
      switch entry.entity {
      case .type: continue
      case .function(let id):
        guard case .label? = ExternName(entry.name) else { continue }
        lines.append("\(WorldText.escaped(entry.name)): \(try function(id, in: interface));")
      case .instance, .component, .module:
        lines.append("// \(entry.name): \(entry.entity.description), for which WIT has no words")
      }
    }
    return lines
  }

  /// A resource with its functions, which stand beside it in the binary.
  private func resource(
    _ name: String, _ entries: [(name: String, entity: Entity)], in interface: String?
  ) throws(ComponentError) -> [String] {
    var members: [String] = []
    for entry in entries {
      guard case .function(let id) = entry.entity else { continue }
      switch ExternName(entry.name) {
      case .constructor(name):
        guard case .function(let parameters, let result, _) = types[id] else { continue }
        // The result is the resource itself, or a result of it.
        var suffix = ""
        if case .index(let type)? = result, case .value(.result) = types[type] {
          suffix = " -> \(try text(of: .index(type), in: interface))"
        }
        members.append("constructor(\(try self.parameters(parameters, in: interface)))\(suffix);")
      case .method(name, let method):
        members.append("\(WorldText.escaped(method)): \(try function(id, in: interface, dropping: 1));")
      case .staticFunction(name, let function):
        members.append("\(WorldText.escaped(function)): static \(try self.function(id, in: interface));")
      default: continue
      }
    }
    let escaped = WorldText.escaped(name)
    guard !members.isEmpty else { return ["resource \(escaped);"] }
    return ["resource \(escaped) {"] + members.map { "  \($0)" } + ["}"]
  }
}
