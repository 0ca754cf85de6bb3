import WippyEngine

/// All types of one validation, each with its metrics.
///
/// Types only ever refer to types that were there before, so that there are no cycles. Every step of work is
/// paid from one budget: input that would need a product of its parts' sizes is refused instead of worked on.
final class TypeTable {
  static let sizeLimit = 1_000_000
  static let valueDepthLimit = 100
  static let depthLimit = 300
  static let walkDepthLimit = 600

  /// The definition at hand, for messages.
  var offset = 0
  private(set) var shapes: [TypeShape] = []
  private var metrics: [TypeMetrics] = []
  private var budget = 6_000_000
  /// Of the types that are other names of resource types.
  private var originals: [TypeID: TypeID] = [:]
  /// The type that an import or export gave a name to, by the type that the name is for.
  private var named: [TypeID: TypeID] = [:]
  var flatTypes: [TypeID: [CoreValueType]?] = [:]

  func failure(_ message: String) -> ComponentError { ComponentError(offset: offset, message) }

  func spend(_ amount: Int) throws(ComponentError) {
    budget -= amount
    guard budget >= 0 else { throw failure("the component's types are too complex") }
  }

  subscript(id: TypeID) -> TypeShape { shapes[Int(id)] }

  func metrics(of id: TypeID) -> TypeMetrics { metrics[Int(id)] }

  func metrics(of reference: ValueReference) -> TypeMetrics {
    switch reference {
    case .index(let id): metrics(of: id)
    case .primitive(.string): TypeMetrics(hasPointer: true, flatCount: 2, bytes: 16, alignment: 8)
    case .primitive(let primitive): TypeMetrics(bytes: primitive.bytes, alignment: primitive.bytes)
    }
  }

  func isResource(_ id: TypeID) -> Bool {
    if case .resource = self[id] { true } else { false }
  }

  /// The resource type that this is another name of, or itself.
  func canonical(_ id: TypeID) -> TypeID { originals[id] ?? id }

  /// What the name that this type is for was given to; `nil` for a type that is no name of another.
  func origin(of id: TypeID) -> TypeID? { named[id] }

  /// Says of a variation of a type what the type says of itself.
  func setOrigin(_ origin: TypeID, of id: TypeID) { named[id] = origin }

  /// Another name of a resource type: the same type, but what mentioned it under the old name does not mention this.
  func alias(ofResource id: TypeID) throws(ComponentError) -> TypeID {
    let alias = try insert(self[id], like: id)
    originals[alias] = canonical(id)
    named[alias] = id
    return alias
  }

  func resource(owner: Int?) throws(ComponentError) -> TypeID {
    try insert(.resource(owner: owner), TypeMetrics(hasResource: true, isReplaceable: true))
  }

  func insert(_ shape: TypeShape) throws(ComponentError) -> TypeID {
    try insert(shape, measure(shape))
  }

  /// A type of its own that is made like another: imports and exports name value types in this way.
  func insertNamed(_ shape: TypeShape, like id: TypeID) throws(ComponentError) -> TypeID {
    var measured = metrics(of: id)
    measured.isReplaceable = true
    measured.walkDepth += 1
    let name = try insert(shape, measured)
    named[name] = id
    return name
  }

  /// Inserts a variation of a type, which has its metrics.
  func insert(_ shape: TypeShape, like id: TypeID) throws(ComponentError) -> TypeID {
    try insert(shape, metrics(of: id))
  }

  private func insert(_ shape: TypeShape, _ measured: TypeMetrics) throws(ComponentError) -> TypeID {
    // A type costs memory as well.
    try spend(8)
    guard measured.size <= Self.sizeLimit else {
      throw failure("a type has more than \(Self.sizeLimit) nodes when it is written out")
    }
    let limit = if case .value = shape { Self.valueDepthLimit } else { Self.depthLimit }
    guard measured.depth <= limit else { throw failure("a type is nested more than \(limit) levels deep") }
    guard measured.walkDepth <= Self.walkDepthLimit else {
      throw failure("a type is given new names and nested more than \(Self.walkDepthLimit) times in a row")
    }
    shapes.append(shape)
    metrics.append(measured)
    return TypeID(shapes.count - 1)
  }

  private func measure(_ shape: TypeShape) throws(ComponentError) -> TypeMetrics {
    switch shape {
    case .value(let type):
      let measured = try measure(type)
      guard measured.bytes < TypeMetrics.bytesLimit else {
        throw failure("a value type exceeds the maximum byte size of \(TypeMetrics.bytesLimit - 1)")
      }
      return measured
    case .function(let parameters, let result, _):
      var sum = TypeMetrics(flatCount: 0)
      for parameter in parameters { sum.include(metrics(of: parameter.type)) }
      if let result { sum.contain(metrics(of: result)) }
      return sum
    case .component(let component):
      return measure(component.imports.entries + component.exports.entries)
    case .instance(let instance): return measure(instance.exports.entries)
    case .resource: return TypeMetrics(hasResource: true, isReplaceable: true)
    }
  }

  private func measure(_ type: ValueTypeSyntax) throws(ComponentError) -> TypeMetrics {
    var sum = TypeMetrics(flatCount: 0, bytes: 0)
    switch type {
    case .primitive(let primitive): return metrics(of: .primitive(primitive))
    case .flags(let names), .enumeration(let names):
      sum.size += names.count
      sum.flatCount = 1
      sum.setScalar(4)
    case .record, .tuple:
      for part in type.parts { sum.include(metrics(of: part)) }
      sum.alignSize()
    case .list, .map:
      for part in type.parts { sum.contain(metrics(of: part)) }
      sum.hasPointer = true
      sum.flatCount = 2
      sum.setScalar(8)
      sum.bytes = 16
    case .fixedList(let element, let count):
      sum.repeat(metrics(of: element), count: UInt64(count))
    case .variant, .option, .result:
      sum.flatCount = 1
      for part in type.parts { sum.includeAlternative(metrics(of: part)) }
      sum.prefixDiscriminant()
    case .own, .borrow:
      sum.hasResource = true
      sum.isReplaceable = true
      sum.flatCount = 1
      sum.setScalar(4)
      if case .borrow = type { sum.hasBorrow = true }
    case .stream, .future:
      for part in type.parts { sum.contain(metrics(of: part)) }
      sum.flatCount = 1
      sum.setScalar(4)
    }
    return sum
  }

  private func measure(_ entities: [(name: String, entity: Entity)]) -> TypeMetrics {
    var sum = TypeMetrics()
    for entry in entities {
      if let id = entry.entity.id {
        sum.contain(metrics(of: id))
      } else if case .module(let module) = entry.entity {
        sum.size += 1 + module.imports.count + module.exports.count
      }
    }
    return sum
  }
}
