extension ComponentDecoder {
  // MARK: Instances

  mutating func coreInstance() throws(ComponentError) -> CoreInstanceSyntax {
    let offset = reader.position
    switch try reader.byte("a core instance's form") {
    case 0x00:
      let module = try reader.u32("a module index")
      let arguments = try vector(of: "instantiation arguments", minimumSize: 3) {
        (decoder) throws(ComponentError) -> (name: String, instance: UInt32) in
        let name = try decoder.reader.name("an argument's name")
        try decoder.reader.expect(0x12, "the sort of a core instantiation argument (instance)")
        return (name, try decoder.reader.u32("a core instance index"))
      }
      return .instantiate(module: module, arguments: arguments)
    case 0x01:
      return .exports(
        try vector(of: "exports", minimumSize: 3) {
          (decoder) throws(ComponentError) -> (name: String, sort: CoreSort, index: UInt32) in
          let name = try decoder.reader.name("an export's name")
          return (name, try decoder.coreSort(), try decoder.reader.u32("an index"))
        })
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a form of core instances")
    }
  }

  mutating func instance() throws(ComponentError) -> InstanceSyntax {
    let offset = reader.position
    switch try reader.byte("an instance's form") {
    case 0x00:
      let component = try reader.u32("a component index")
      let arguments = try vector(of: "instantiation arguments", minimumSize: 3) {
        (decoder) throws(ComponentError) -> (name: String, sort: Sort, index: UInt32) in
        let name = try decoder.reader.name("an argument's name")
        return (name, try decoder.sort(), try decoder.reader.u32("an index"))
      }
      return .instantiate(component: component, arguments: arguments)
    case 0x01:
      return .exports(
        try vector(of: "exports", minimumSize: 4) {
          (decoder) throws(ComponentError) -> (name: String, sort: Sort, index: UInt32) in
          let name = try decoder.externName()
          let sort = try decoder.sort()
          try name.check(isInstance: sort == .instance)
          return (name.text, sort, try decoder.reader.u32("an index"))
        })
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a form of instances")
    }
  }

  // MARK: Aliases

  mutating func alias() throws(ComponentError) -> AliasSyntax {
    let offset = reader.position
    let sort = try sort()
    switch try reader.byte("an alias's target") {
    case 0x00:
      let instance = try reader.u32("an instance index")
      return .instanceExport(sort: sort, instance: instance, name: try reader.name("an export's name"))
    case 0x01:
      guard case .core(let core) = sort else {
        throw ComponentError(offset: offset, "an alias of a core instance's export must have a core sort")
      }
      let instance = try reader.u32("a core instance index")
      return .coreInstanceExport(sort: core, instance: instance, name: try reader.name("an export's name"))
    case 0x02:
      switch sort {
      case .core(.type), .core(.module), .type, .component: break
      default:
        throw ComponentError(
          offset: offset, "an outer alias can name a core type, core module, type or component only")
      }
      let depth = try reader.u32("an outer alias's depth")
      return .outer(sort: sort, depth: depth, index: try reader.u32("an index"))
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a form of aliases")
    }
  }

  // MARK: Start, imports, exports

  mutating func startDefinition() throws(ComponentError) -> Definition.Kind {
    let function = try reader.u32("the start function's index")
    let arguments = try vector(of: "start arguments") { (decoder) throws(ComponentError) in
      try decoder.reader.u32("a value index")
    }
    return .start(
      function: function, arguments: arguments, results: try reader.u32("the number of start results"))
  }

  mutating func importDefinition() throws(ComponentError) -> Definition.Kind {
    let name = try externName()
    let type = try externType()
    try name.check(isInstance: type.isInstance)
    return .import(name: name.text, type)
  }

  mutating func exportDefinition() throws(ComponentError) -> Definition.Kind {
    let name = try externName()
    let sort = try sort()
    try name.check(isInstance: sort == .instance)
    let index = try reader.u32("an index")
    let type = try optional("an export's type") { (decoder) throws(ComponentError) in
      try decoder.externType()
    }
    return .export(name: name.text, sort: sort, index: index, type: type)
  }

  mutating func externType() throws(ComponentError) -> ExternSyntax {
    let offset = reader.position
    switch try reader.byte("the kind of an import or export") {
    case 0x00:
      try reader.expect(0x11, "the core sort of an import or export (module)")
      return .coreModule(type: try reader.u32("a core type index"))
    case 0x01: return .function(type: try reader.u32("a type index"))
    // Tools do not agree on how a value's bound is encoded; none is supported.
    case 0x02: throw .unsupported("component values", at: offset)
    case 0x03:
      let bound = reader.position
      switch try reader.byte("a type's bound") {
      case 0x00: return .type(.equal(try reader.u32("a type index")))
      case 0x01: return .type(.subResource)
      case let other: throw ComponentError(offset: bound, "\(hexadecimal(other)) is not a bound of types")
      }
    case 0x04: return .component(type: try reader.u32("a type index"))
    case 0x05: return .instance(type: try reader.u32("a type index"))
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a kind of imports and exports")
    }
  }
}

extension ExternSyntax {
  fileprivate var isInstance: Bool {
    if case .instance = self { true } else { false }
  }
}
