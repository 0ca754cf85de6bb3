import CLua

/// What a Lua value is.
package enum LuaType: Int32, Sendable {
  case none = -1
  case null = 0
  case boolean = 1
  case lightUserdata = 2
  case number = 3
  case string = 4
  case table = 5
  case function = 6
  case userdata = 7
  case thread = 8

  /// As `type()` calls it.
  package var name: String {
    switch self {
    case .none: "no value"
    case .null: "nil"
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .table: "table"
    case .function: "function"
    case .userdata, .lightUserdata: "userdata"
    case .thread: "thread"
    }
  }
}
