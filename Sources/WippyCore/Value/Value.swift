/// The one value type of arguments, results and messages; it crosses between processes by copy.
///
/// It is what JSON and Lua can say, and bytes: a value of a WIT type is converted to it and from it by the
/// type (see `WippyComponent`), so a `variant` is a one-entry `table` and an `enum` a `string`.
public enum Value: Sendable, Hashable {
  /// No value; `none` of an option.
  case null
  case bool(Bool)
  case integer(Int64)
  /// Only for numbers above `Int64.max`; smaller ones are `integer`.
  case unsigned(UInt64)
  case float(Double)
  case string(String)
  case bytes([UInt8])
  case array([Value])
  /// Keys in the order in which they were written.
  case table([Field])
  /// A handle of a resource, valid while its process lives.
  case resource(ResourceReference)

  /// One key of a `table`, with its value.
  public struct Field: Sendable, Hashable {
    public var key: String
    public var value: Value

    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// The value of `key` in a `table`; `nil` where there is none.
  public subscript(key: String) -> Value? {
    guard case .table(let fields) = self else { return nil }
    return fields.first { $0.key == key }?.value
  }

  /// The smallest integer case that holds `value`.
  public init(unsigned value: UInt64) {
    self = Int64(exactly: value).map(Value.integer) ?? .unsigned(value)
  }

  /// What an error message calls this value's type.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer, .unsigned: "integer"
    case .float: "number"
    case .string: "string"
    case .bytes: "bytes"
    case .array: "array"
    case .table: "table"
    case .resource: "resource"
    }
  }
}
