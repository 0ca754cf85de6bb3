import WippyComponent
import WippyCore

extension HTTPFailure {
  /// As the type `error-code` has it.
  var value: Value {
    let name = code.rawValue
    switch code {
    case .dnsError:
      guard case .dns(let rcode, let info) = detail else {
        return .one(name, .table([.init("rcode", .null), .init("info-code", .null)]))
      }
      return .one(
        name, .table([.init("rcode", .optional(rcode)), .init("info-code", .optional(info.map(UInt64.init)))]))
    case .tlsAlertReceived:
      guard case .alert(let id, let message) = detail else {
        return .one(name, .table([.init("alert-id", .null), .init("alert-message", .null)]))
      }
      return .one(
        name, .table([.init("alert-id", .optional(id.map(UInt64.init))), .init("alert-message", .optional(message))]))
    case .requestHeaderSize:
      return .one(name, detail == .none ? .null : field)
    case .requestTrailerSize, .responseHeaderSize, .responseTrailerSize:
      return .one(name, field)
    case .requestBodySize, .requestHeaderSectionSize, .requestTrailerSectionSize, .responseHeaderSectionSize,
      .responseBodySize, .responseTrailerSectionSize:
      if case .size(let size) = detail { return .one(name, .optional(size)) }
      return .one(name, .null)
    case .responseTransferCoding, .responseContentCoding, .internalError:
      if case .text(let text) = detail { return .one(name, .string(text)) }
      return .one(name, .null)
    default: return .string(name)
    }
  }

  private var field: Value {
    guard case .field(let name, let size) = detail else {
      return .table([.init("field-name", .null), .init("field-size", .null)])
    }
    return .table([.init("field-name", .optional(name)), .init("field-size", .optional(size.map(UInt64.init)))])
  }
}

extension Value {
  /// One case of a variant.
  static func one(_ name: String, _ payload: Value) -> Value { .table([Field(name, payload)]) }

  static func ok(_ value: Value) -> Value { .one("ok", value) }
  static func failed(_ failure: HTTPFailure) -> Value { .one("err", failure.value) }
  /// The error of a `result` that says nothing.
  static let refused = Value.one("err", .null)

  static func optional(_ text: String?) -> Value { text.map(Value.string) ?? .null }
  static func optional(_ number: UInt64?) -> Value { number.map(Value.init(unsigned:)) ?? .null }
}
