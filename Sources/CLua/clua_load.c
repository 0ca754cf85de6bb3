#define _GNU_SOURCE // memmem
#include "clua_internal.h"

// `load` for text only, and what is refused before Lua's compiler sees it.

#define MAXIMUM_SOURCE (1 << 20)

static bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// After white space and comments.
static const char *skip_blank(const char *at, const char *end) {
  while (at < end) {
    if (*at == ' ' || (*at >= '\t' && *at <= '\r')) {
      at++;
    } else if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
      at += 2;
      size_t level = 0;
      if (at < end && *at == '[') {
        while (at + 1 + level < end && at[1 + level] == '=') level++;
      }
      if (at < end && *at == '[' && at + 1 + level < end && at[1 + level] == '[') {
        for (at += level + 2; at < end; at++) {
          size_t equals = 0;
          if (*at != ']') continue;
          while (at + 1 + equals < end && at[1 + equals] == '=') equals++;
          if (equals == level && at + 1 + equals < end && at[1 + equals] == ']') break;
        }
        at = end - at > (ptrdiff_t)level + 2 ? at + level + 2 : end;
      } else {
        while (at < end && *at != '\n' && *at != '\r') at++;
      }
    } else {
      break;
    }
  }
  return at;
}

// Lua 5.4.4's compiler makes code that reads registers which are not there when `_ENV` is a local constant.
bool clua_has_constant_environment(const char *source, size_t length) {
  const char *end = source + length;
  const char *at = source;
  while ((at = memmem(at, (size_t)(end - at), "_ENV", 4))) {
    bool is_whole = (at == source || !is_name(at[-1])) && (at + 4 == end || !is_name(at[4]));
    at += 4;
    if (!is_whole) continue;
    const char *next = skip_blank(at, end);
    if (next == end || *next != '<') continue;
    next = skip_blank(next + 1, end);
    if (end - next >= 5 && memcmp(next, "const", 5) == 0 && (end - next == 5 || !is_name(next[5]))) return true;
  }
  return false;
}

static int refuse(lua_State *L) {
  lua_pushnil(L);
  lua_pushfstring(L, "the code is longer than %d bytes", MAXIMUM_SOURCE);
  return 2;
}

// Stack: 1 the reader or the text, 2 the name, 3 mode, 4 the environment.
static int compile(lua_State *L, const char *text, size_t length, const char *name, bool has_environment) {
  if (length > MAXIMUM_SOURCE) return refuse(L);
  if (clua_has_constant_environment(text, length)) {
    lua_pushnil(L);
    lua_pushstring(L, CLUA_CONSTANT_ENVIRONMENT);
    return 2;
  }
  if (luaL_loadbufferx(L, text, length, name, "t") != LUA_OK) {
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
  }
  return 1;
}

// The pieces of a reader: 5 their table, 6 whether there is an environment, 7 the next piece.
static int compile_pieces(lua_State *L) {
  luaL_Buffer buffer;
  const lua_Integer count = (lua_Integer)lua_rawlen(L, 5);
  luaL_buffinit(L, &buffer);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, 5, i);
    luaL_addvalue(&buffer);
  }
  luaL_pushresult(&buffer);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  return compile(L, text, length, luaL_optstring(L, 2, "=(load)"), lua_toboolean(L, 6));
}

static int read_on(lua_State *L, int status, lua_KContext total) {
  (void)status;
  for (;;) {
    size_t length = 0;
    if (!lua_isnil(L, 7) && !lua_tolstring(L, 7, &length)) return luaL_error(L, "reader function must return a string");
    if (length == 0) {
      lua_settop(L, 6);
      return compile_pieces(L);
    }
    total += (lua_KContext)length;
    if (total > MAXIMUM_SOURCE) return refuse(L);
    lua_rawseti(L, 5, (lua_Integer)lua_rawlen(L, 5) + 1);
    lua_pushvalue(L, 1);
    lua_callk(L, 0, 1, total, read_on);
  }
}

// Text only: precompiled code could do anything to the host.
int clua_load(lua_State *L) {
  bool has_environment = lua_gettop(L) >= 4;
  lua_settop(L, 4);
  if (lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER) {
    size_t length;
    const char *text = lua_tolstring(L, 1, &length);
    return compile(L, text, length, luaL_optstring(L, 2, text), has_environment);
  }
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_createtable(L, 4, 0);
  lua_pushboolean(L, has_environment);
  lua_pushvalue(L, 1);
  lua_callk(L, 0, 1, 0, read_on);
  return read_on(L, LUA_OK, 0);
}
