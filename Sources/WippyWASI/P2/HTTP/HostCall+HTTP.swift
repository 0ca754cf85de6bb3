import WippyComponent
import WippyCore

extension HostCall {
  /// The same as `own`, without a second `HostFault` in the way of other errors.
  func owned(_ object: any HostResource) throws(HTTPFailure) -> Value {
    do {
      return try own(object)
    } catch {
      throw .internal("the process has no room for another handle")
    }
  }

  /// The object's handle, or an error without a payload where there is no object.
  func ownedOrRefused(_ object: (any HostResource)?) throws(HostFault) -> HostReply {
    guard let object else { return .value(.refused) }
    return .value(.ok(try own(object)))
  }

  /// A `list<u8>` whose address and length are at `index` and after it.
  func byteList(_ index: Int) throws(HostFault) -> [UInt8] {
    [UInt8](try bytes(at: u32(index), count: u32(index + 1)))
  }

  /// A name of a field, whose address and length are at `index` and after it.
  func fieldName(_ index: Int) throws(HostFault) -> String {
    try text(at: u32(index), units: u32(index + 1))
  }

  /// A `list<list<u8>>`.
  func fieldValues(_ index: Int) throws(HostFault) -> [[UInt8]] {
    let address = u32(index)
    let count = u32(index + 1)
    try checkCount(count, of: 8, at: address)
    var values: [[UInt8]] = []
    for place in 0..<count {
      let item = address &+ place &* 8
      let length = try load(item &+ 4, as: UInt32.self)
      try spend(length)
      values.append([UInt8](try bytes(at: try load(item, as: UInt32.self), count: length)))
    }
    return values
  }

  /// A `list<tuple<string, list<u8>>>`.
  func fieldList(_ index: Int) throws(HostFault) -> [HTTPField] {
    let address = u32(index)
    let count = u32(index + 1)
    try checkCount(count, of: 16, at: address)
    var fields: [HTTPField] = []
    for place in 0..<count {
      let item = address &+ place &* 16
      let name = try text(at: try load(item, as: UInt32.self), units: try load(item &+ 4, as: UInt32.self))
      let length = try load(item &+ 12, as: UInt32.self)
      try spend(length)
      fields.append(HTTPField(name, [UInt8](try bytes(at: try load(item &+ 8, as: UInt32.self), count: length))))
    }
    return fields
  }

  /// An `option<string>`: its case, address and length.
  func optionalText(_ index: Int) throws(HostFault) -> String? {
    switch u32(index) {
    case 0: return nil
    case 1: return try fieldName(index + 1)
    case let other: throw .trap("discriminant \(other) of an option")
    }
  }

  /// A case of a variant whose last one has a text.
  func nameOrText(_ index: Int, names: [String]) throws(HostFault) -> String {
    let chosen = Int(u32(index))
    if chosen < names.count { return names[chosen] }
    guard chosen == names.count else { throw .trap("discriminant \(chosen) of a type with \(names.count + 1) cases") }
    return try fieldName(index + 1)
  }

  private func text(at address: UInt32, units: UInt32) throws(HostFault) -> String {
    try spend(units & 0x7fff_ffff)
    return try string(at: address, units: units)
  }

  // What a guest describes can be far more than it has: every item may be the same piece of memory.

  private func checkCount(_ count: UInt32, of size: UInt32, at address: UInt32) throws(HostFault) {
    guard count <= HostCall.mostFields else { throw .trap("\(count) fields: at most \(HostCall.mostFields)") }
    _ = try bytes(at: address, count: count * size, alignment: 4)
  }

  private func spend(_ count: UInt32) throws(HostFault) {
    guard count <= UInt32(Fields.largest) else { throw .trap("a field of \(count) bytes: at most \(Fields.largest)") }
  }

  private static var mostFields: UInt32 { 4096 }

  /// Ends the call of a guest that has more in its fields than the host keeps.
  func checkSize(_ fields: Fields) throws(HostFault) {
    let size = fields.size
    guard size <= Fields.largest else { throw .trap("fields of \(size) bytes: at most \(Fields.largest)") }
  }
}
