/// Turns types as they are written into types as they are, in a frame.
struct TypeEvaluation {
  let frame: Frame
  let offset: Int

  func evaluate(_ syntax: TypeSyntax) throws(ComponentError) -> TypeItem {
    switch syntax {
    case .value(let value):
      do throws(ComponentError) {
        return .value(try evaluate(value))
      } catch {
        // A type that nobody uses does no harm.
        return .unsupported(error.message)
      }
    case .function(let parameters, let result, _):
      var list: [FunctionType.Parameter] = []
      for parameter in parameters { list.append(.init(parameter.name, try resolve(parameter.type))) }
      return .function(FunctionType(parameters: list, result: try resolve(result)))
    case .instance(let declarations): return .instance(declarations, scope: frame)
    case .component: return .component
    case .resource: throw error("a resource type stands where only a definition may")
    }
  }

  func evaluate(_ syntax: ValueTypeSyntax) throws(ComponentError) -> ValueType {
    switch syntax {
    case .primitive(let primitive): return primitive.valueType
    case .record(let fields):
      var list: [RecordField] = []
      for field in fields { list.append(RecordField(field.name, try resolve(field.type))) }
      return .record(list)
    case .variant(let cases):
      var list: [VariantCase] = []
      for item in cases { list.append(VariantCase(item.name, try resolve(item.payload))) }
      return .variant(list)
    case .list(let element): return .list(try resolve(element))
    case .tuple(let types):
      var list: [ValueType] = []
      for type in types { list.append(try resolve(type)) }
      return .tuple(list)
    case .flags(let names): return .flags(names)
    case .enumeration(let names): return .enumeration(names)
    case .option(let payload): return .option(try resolve(payload))
    case .result(let ok, let error): return .result(ok: try resolve(ok), error: try resolve(error))
    case .own(let index): return .own(try resource(index))
    case .borrow(let index): return .borrow(try resource(index))
    case .fixedList(let element, let count):
      // It stands in memory and in core values like a tuple, which is how it crosses.
      let type = try resolve(element) as ValueType
      guard UInt64(count) * UInt64(type.nodes(upTo: Self.longestFixedList)) <= Self.longestFixedList else {
        throw error("lists of a fixed length above \(Self.longestFixedList) are not supported")
      }
      return .tuple(Array(repeating: type, count: Int(count)))
    case .map(let key, let value): return .list(.tuple([try resolve(key), try resolve(value)]))
    case .stream: return .own(Self.stream)
    case .future: return .own(Self.future)
    }
  }

  private static let longestFixedList = 10_000

  // Handles of which there are none.
  private static let stream = ResourceType(name: "stream")
  private static let future = ResourceType(name: "future")
  fileprivate static let errorContext = ResourceType(name: "error-context")

  func type(_ index: UInt32) throws(ComponentError) -> TypeItem {
    guard index < frame.types.count else { throw error("there is no type \(index)") }
    return frame.types[Int(index)]
  }

  func resource(_ index: UInt32) throws(ComponentError) -> ResourceType {
    guard case .resource(let resource) = try type(index) else { throw error("type \(index) is not a resource") }
    return resource
  }

  func function(_ index: UInt32) throws(ComponentError) -> FunctionType {
    guard case .function(let function) = try type(index) else { throw error("type \(index) is not a function type") }
    return function
  }

  private func resolve(_ reference: ValueReference?) throws(ComponentError) -> ValueType? {
    guard let reference else { return nil }
    return try resolve(reference) as ValueType
  }

  private func resolve(_ reference: ValueReference) throws(ComponentError) -> ValueType {
    switch reference {
    case .primitive(let primitive): return primitive.valueType
    case .index(let index):
      switch try type(index) {
      case .value(let type): return type
      case .unsupported(let message): throw error(message)
      default: throw error("type \(index) is not a value type")
      }
    }
  }

  /// The instance that the host provides for an imported instance type.
  func hostInstance(
    _ interface: String, _ declarations: [DeclarationSyntax], scope: Frame
  ) throws(ComponentError) -> InstanceItem {
    let inner = Frame(parent: scope, instance: scope.instance, scopes: scope.scopes)
    let evaluation = TypeEvaluation(frame: inner, offset: offset)
    let instance = InstanceItem()
    for declaration in declarations {
      switch declaration {
      case .coreType, .import: continue
      case .type(let type): inner.add(try evaluation.evaluate(type))
      case .alias(let alias): try evaluation.add(alias)
      case .export(let name, let extern):
        switch extern {
        case .function(let index):
          instance.add(
            name, .function(.host(interface: interface, name: name, type: try evaluation.function(index))))
        case .type(.equal(let index)):
          let type = try evaluation.type(index)
          inner.add(type)
          instance.add(name, .type(type))
        case .type(.subResource):
          let type = TypeItem.resource(ResourceType(name: name, interface: interface))
          inner.add(type)
          instance.add(name, .type(type))
        case .instance(let index):
          guard case .instance(let nested, let nestedScope) = try evaluation.type(index) else {
            throw error("type \(index) is not an instance type")
          }
          let item = try evaluation.hostInstance("\(interface)/\(name)", nested, scope: nestedScope)
          inner.instances.append(item)
          instance.add(name, .instance(item))
        case .component, .coreModule, .value:
          throw error("the import \(interface) has the export \(name), whose kind the host does not provide")
        }
      }
    }
    return instance
  }

  /// Adds what an alias inside of an instance type names.
  private func add(_ alias: AliasSyntax) throws(ComponentError) {
    switch alias {
    case .outer(.type, let depth, let index):
      guard let outer = frame.outer(depth), index < outer.types.count else {
        throw error("there is no type \(index) \(depth) components outwards")
      }
      frame.add(outer.types[Int(index)])
    case .instanceExport(.type, let instance, let name):
      guard instance < frame.instances.count, case .type(let type) = frame.instances[Int(instance)][name] else {
        throw error("there is no type \(name) in instance \(instance)")
      }
      frame.add(type)
    case .outer(.core(.type), _, _): return
    default: throw error("an alias in a type names what is not a type")
    }
  }

  private func error(_ message: String) -> ComponentError { ComponentError(offset: offset, message) }
}

extension PrimitiveType {
  var valueType: ValueType {
    switch self {
    case .bool: .bool
    case .s8: .s8
    case .u8: .u8
    case .s16: .s16
    case .u16: .u16
    case .s32: .s32
    case .u32: .u32
    case .s64: .s64
    case .u64: .u64
    case .f32: .f32
    case .f64: .f64
    case .char: .char
    case .string: .string
    case .errorContext: .own(TypeEvaluation.errorContext)
    }
  }
}
