/// What a function that receives from the mailbox waits for.
package struct LuaReceive: Sendable {
  /// The channel of the mailbox.
  var route: Int32
  /// The timer that ends it; 0 is none.
  var timer: UInt64 = 0
}
