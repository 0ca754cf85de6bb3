import CLua

/// Which Lua this is.
package enum LuaVersion {
  /// `Lua 5.4.4`
  package static var text: String { String(cString: clua_release()) }
}
