/// The type of a component-level function.
package struct FunctionType: Hashable, Sendable {
  package var parameters: [Parameter]
  /// `nil` when the function returns nothing.
  package var result: ValueType?

  package init(parameters: [Parameter], result: ValueType? = nil) {
    self.parameters = parameters
    self.result = result
  }

  /// One named parameter.
  package struct Parameter: Hashable, Sendable {
    package var name: String
    package var type: ValueType

    package init(_ name: String, _ type: ValueType) {
      self.name = name
      self.type = type
    }
  }
}
