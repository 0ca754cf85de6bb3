#include "clua_hook_point.h"

void clua_run_hook(lua_State *L, lua_KContext context, lua_KFunction continuation) {
  // A hook may only yield at an instruction of Lua, so here is one. It is compiled when it is needed, a few times in
  // a second, and takes no memory of the processes that never need it.
  if (luaL_loadbufferx(L, "", 0, "=pause", "t") != LUA_OK) lua_error(L);
  if (lua_isyieldable(L)) {
    lua_callk(L, 0, 0, context, continuation);
  } else {
    lua_call(L, 0, 0);
  }
}
