// `string.rep`: the only work is the copy of the result, which doubles.
#include <string.h>

#include "clua_string.h"

int clua_string_rep(lua_State *L) {
  size_t size, separator_size;
  const char *text = luaL_checklstring(L, 1, &size);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &separator_size);
  size_t piece = size + separator_size;
  if (count <= 0 || piece == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if ((lua_Unsigned)count > (size_t)LUA_MAXINTEGER / piece) return luaL_error(L, "resulting string too large");
  size_t total = (size_t)count * piece - separator_size;
  luaL_Buffer buffer;
  char *result = luaL_buffinitsize(L, &buffer, total);
  size_t done = size < total ? piece : total;
  memcpy(result, text, size);
  if (done > size) memcpy(result + size, separator, separator_size);
  while (done < total) {
    // What is there starts with a text at every multiple of a piece.
    size_t more = done <= total - done ? done : total - done;
    memcpy(result + done, result, more);
    done += more;
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}
