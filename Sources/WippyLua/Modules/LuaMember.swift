import CLua

/// One name in a module or class.
package enum LuaMember: Sendable {
  case function(String, LuaFunction)
  /// A function written in C, in CLua.
  case cFunction(String, @convention(c) (OpaquePointer?) -> Int32)
  case integer(String, Int64)
  case number(String, Double)
  case text(String, String)
  /// The sentinel for "no value" inside tables, `json.null`.
  case null(String)
  /// The one value that the function pushes, made when it is first asked for, once in each process.
  case value(String, LuaFunction)
  /// A table within the table.
  case module(LuaModule)
}
