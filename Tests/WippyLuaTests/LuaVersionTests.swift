import Testing
import WippyLua

@Test func luaIsVersion54() {
  #expect(LuaVersion.text.hasPrefix("Lua 5.4."))
}
