import WippyComponent
import WippyCore

/// `wippy:runtime/funcs`: calls of the project's functions.
enum RuntimeFunctions {
  static let all: InterfaceTable.Functions = [
    "call-string": calls({ call throws(HostFault) in .string(try call.fieldName(2)) }, text),
    "call-bytes": calls({ call throws(HostFault) in .bytes(try call.byteList(2)) }, bytes),
  ]

  /// `func(target: string, input: T) -> result<T, string>`
  private static func calls(
    _ argument: @escaping @Sendable (borrowing HostCall) throws(HostFault) -> Value,
    _ convert: @escaping @Sendable (Value?) -> Value
  ) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let state = try call.state
        guard let access = state.environment.functions else {
          return .value(.one("err", .string("UNAVAILABLE: there is no project whose functions could be called")))
        }
        let operation = FunctionCallOperation(
          access, target: try call.fieldName(0), argument: try argument(call), wake: state.wake)
        return .wait(operation) { _ throws(HostFault) in
          switch operation.result {
          case .success(let value): .value(.ok(convert(value)))
          case .failure(let failure): .value(.one("err", .string("\(failure.kind.rawValue): \(failure.message)")))
          case nil: throw .trap("the process went on before its operation was complete")
          }
        }
      })
  }

  /// A result as text: a string as it is, anything else as JSON.
  private static func text(_ value: Value?) -> Value {
    switch value {
    case nil, .null: .string("")
    case .string: value ?? .null
    case .bytes(let bytes): .string(String(decoding: bytes, as: UTF8.self))
    case let value?: .string(json(value))
    }
  }

  private static func bytes(_ value: Value?) -> Value {
    switch value {
    case nil, .null: .bytes([])
    case .bytes: value ?? .null
    case .string(let text): .bytes(Array(text.utf8))
    case let value?: .bytes(Array(json(value).utf8))
    }
  }

  /// A value that is no JSON, as NaN is, becomes `null`.
  private static func json(_ value: Value) -> String {
    do {
      return try JSONPrinter.text(for: value)
    } catch {
      return "null"
    }
  }
}
