import WippyEngine

/// A function type with its layouts, and the core signatures that it lifts from and lowers to.
///
/// Source: CanonicalABI.md, "Flattening" (`flatten_functype`).
package final class Signature: Sendable {
  package static let maximumParameters = 16

  package let type: FunctionType
  package let parameters: [Layout]
  package let result: Layout?
  /// The parameters as one tuple, where their core values are more than 16; it is passed by pointer.
  package let spilledParameters: Layout?
  /// Whether the result has more than one core value: it is returned through memory.
  package let resultInMemory: Bool
  private let flatParameters: [CoreValueType]

  package init(_ type: FunctionType) throws(ABIViolation) {
    self.type = type
    var parameters: [Layout] = []
    var flat: [CoreValueType]? = []
    for parameter in type.parameters {
      let layout = try Layout(parameter.type)
      parameters.append(layout)
      if let left = flat, let right = layout.flat, left.count + right.count <= Signature.maximumParameters {
        flat = left + right
      } else {
        flat = nil
      }
    }
    self.parameters = parameters
    result = try type.result.map { result throws(ABIViolation) in try Layout(result) }
    spilledParameters = flat == nil ? try Layout(.tuple(type.parameters.map(\.type))) : nil
    flatParameters = flat ?? [.i32]
    resultInMemory = result.map { $0.flat?.count != 1 } ?? false
  }

  /// The core function that `canon lift` takes.
  package var lifted: CoreFunctionType {
    CoreFunctionType(parameters: flatParameters, results: resultInMemory ? [.i32] : result?.flat ?? [])
  }

  /// The core function that `canon lower` makes: a result in memory goes where the last parameter says.
  package var lowered: CoreFunctionType {
    CoreFunctionType(
      parameters: flatParameters + (resultInMemory ? [.i32] : []),
      results: resultInMemory ? [] : result?.flat ?? [])
  }

  /// The parameters of the post-return function of the lifted function.
  package var postReturn: CoreFunctionType {
    CoreFunctionType(parameters: lifted.results, results: [])
  }
}
