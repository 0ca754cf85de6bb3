/// Writes types and signatures as WIT, the same text for the same type always.
///
/// Resolved types have no names. A record, variant, enum or flags is written by the name that `names` gives
/// it, else in place: `record {x: s32, y: s32}`, which `WITSignature` reads.
package struct WITPrinter: Sendable {
  private let names: [ValueType: String]

  package init(names: [ValueType: String] = [:]) {
    self.names = names
  }

  /// `greet: func(name: string) -> string`
  package func signature(of function: FunctionType, named name: String) -> String {
    "\(escaped(name)): \(text(of: function))"
  }

  /// `func(name: string) -> string`
  package func text(of function: FunctionType) -> String {
    let parameters = function.parameters.map { "\(escaped($0.name)): \(text(of: $0.type))" }
    let result = function.result.map { " -> \(text(of: $0))" } ?? ""
    return "func(\(parameters.joined(separator: ", ")))\(result)"
  }

  /// The type in place, by its name where it has one.
  package func text(of type: ValueType) -> String {
    names[type].map(escaped) ?? structure(of: type)
  }

  /// A declaration of `type` as `name`, on one line: `record point {x: s32, y: s32}`, or
  /// `type bytes = list<u8>;` for what has no declaration of its own.
  package func declaration(of type: ValueType, named name: String) -> String {
    switch type {
    case .record, .variant, .enumeration, .flags:
      let structure = structure(of: type)
      let keyword = structure.prefix { $0 != " " }
      return "\(keyword) \(escaped(name))\(structure.dropFirst(keyword.count))"
    default:
      return "type \(escaped(name)) = \(structure(of: type));"
    }
  }

  private func structure(of type: ValueType) -> String {
    switch type {
    case .bool: "bool"
    case .s8: "s8"
    case .u8: "u8"
    case .s16: "s16"
    case .u16: "u16"
    case .s32: "s32"
    case .u32: "u32"
    case .s64: "s64"
    case .u64: "u64"
    case .f32: "f32"
    case .f64: "f64"
    case .char: "char"
    case .string: "string"
    case .list(let element): "list<\(text(of: element))>"
    case .tuple(let elements): "tuple<\(elements.map(text(of:)).joined(separator: ", "))>"
    case .option(let payload): "option<\(text(of: payload))>"
    case .result(nil, nil): "result"
    case .result(let ok?, nil): "result<\(text(of: ok))>"
    case .result(let ok, let error?): "result<\(ok.map(text(of:)) ?? "_"), \(text(of: error))>"
    case .record(let fields): braced("record", fields.map { "\(escaped($0.name)): \(text(of: $0.type))" })
    case .variant(let cases):
      braced("variant", cases.map { "\(escaped($0.name))\($0.payload.map { "(\(text(of: $0)))" } ?? "")" })
    case .enumeration(let names): braced("enum", names.map(escaped))
    case .flags(let names): braced("flags", names.map(escaped))
    case .own(let resource): escaped(resource.name)
    case .borrow(let resource): "borrow<\(escaped(resource.name))>"
    }
  }

  private func braced(_ keyword: String, _ items: [String]) -> String {
    "\(keyword) {\(items.joined(separator: ", "))}"
  }

  private func escaped(_ name: String) -> String {
    WITToken.keywords.contains(name) ? "%\(name)" : name
  }
}
