/// Function signatures written in WIT, as in the `wit` field of an entry:
///
/// ```wit
/// record point { x: s32, y: s32 }
/// distance: func(a: point, b: point) -> f64;
/// ```
///
/// Types may be declared before or after their use. Besides WIT, `record {...}`, `variant {...}`,
/// `enum {...}` and `flags {...}` may stand in place of a type's name, as `WITPrinter` writes types that have
/// no name; and the last `;` may be missing.
package struct WITSignature: Sendable {
  /// A function and its name.
  package struct Function: Hashable, Sendable {
    package var name: String
    package var type: FunctionType
  }

  /// A declared type and its name.
  package struct NamedType: Hashable, Sendable {
    package var name: String
    package var type: ValueType
  }

  /// In the order in which they are written.
  package var functions: [Function]
  package var types: [NamedType]

  /// The function called `name`.
  package subscript(name: String) -> FunctionType? {
    functions.first { $0.name == name }?.type
  }

  /// Reads `text`; `resources` are the resource types that it may name.
  package static func parse(
    _ text: String, resources: [String: ResourceType] = [:]
  ) throws(WITError) -> WITSignature {
    var parser = try WITParser(text)
    try parser.parse()
    var resolver = WITResolver(lexer: parser.lexer, declarations: parser.types, resources: resources)
    let types = try parser.types.map { (declaration) throws(WITError) -> NamedType in
      NamedType(name: declaration.name, type: try resolver.declared(declaration.name, at: declaration.offset))
    }
    let functions = try parser.functions.map { (function) throws(WITError) -> Function in
      let parameters = try function.parameters.map { (parameter) throws(WITError) -> FunctionType.Parameter in
        FunctionType.Parameter(parameter.name, try resolver.resolve(parameter.type))
      }
      var result: ValueType?
      if let type = function.result { result = try resolver.resolve(type) }
      return Function(name: function.name, type: FunctionType(parameters: parameters, result: result))
    }
    return WITSignature(functions: functions, types: types)
  }
}
