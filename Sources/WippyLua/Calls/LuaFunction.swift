/// A Swift function that Lua programs call.
///
/// It reads arguments from the call, pushes results, and returns; it never touches Lua's stack beyond that, so that no error
/// of Lua's is raised while it runs. It must be short: what takes long suspends (`LuaCall.suspend`).
package typealias LuaFunction = @Sendable (inout LuaCall) throws(LuaFailure) -> LuaReturn
