/// All types of one validation, each with its metrics.
///
/// Types only ever refer to types that were there before, so that there are no cycles. Every step of work is
/// paid from one budget: input that would need a product of its parts' sizes is refused instead of worked on.
final class TypeTable {
  static let sizeLimit = 1_000_000
  static let valueDepthLimit = 100
  static let depthLimit = 300

  /// The definition at hand, for messages.
  var offset = 0
  private(set) var shapes: [TypeShape] = []
  private var metrics: [TypeMetrics] = []
  private var budget = 6_000_000

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
    case .primitive(.string): TypeMetrics(hasPointer: true, flatCount: 2)
    case .primitive: TypeMetrics()
    }
  }

  func isResource(_ id: TypeID) -> Bool {
    if case .resource = self[id] { true } else { false }
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
    return try insert(shape, measured)
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
    shapes.append(shape)
    metrics.append(measured)
    return TypeID(shapes.count - 1)
  }

  private func measure(_ shape: TypeShape) throws(ComponentError) -> TypeMetrics {
    switch shape {
    case .value(let type): return try measure(type)
    case .function(let parameters, let result):
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
    var sum = TypeMetrics(flatCount: 0)
    switch type {
    case .primitive(let primitive): return metrics(of: .primitive(primitive))
    case .flags(let names), .enumeration(let names):
      sum.size += names.count
      sum.flatCount = 1
    case .record, .tuple:
      for part in type.parts { sum.include(metrics(of: part)) }
    case .list(let element):
      sum.contain(metrics(of: element))
      sum.hasPointer = true
      sum.flatCount = 2
    case .variant, .option, .result:
      sum.flatCount = 1
      for part in type.parts { sum.includeAlternative(metrics(of: part)) }
    case .own, .borrow:
      sum.hasResource = true
      sum.isReplaceable = true
      sum.flatCount = 1
      if case .borrow = type { sum.hasBorrow = true }
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
