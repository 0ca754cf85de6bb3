// `table.insert`, `remove`, `move`: loops over ranges that may be of any length.
#include "clua_table.h"

static int has_metafield(lua_State *L, const char *name, int metatable) {
  lua_pushstring(L, name);
  int found = lua_rawget(L, metatable) != LUA_TNIL;
  lua_pop(L, 1);
  return found;
}

void clua_check_table(lua_State *L, int argument, int operations) {
  if (lua_type(L, argument) == LUA_TTABLE) return;
  if (lua_getmetatable(L, argument)) {
    int metatable = lua_gettop(L);
    int fits = (!(operations & CLUA_TABLE_READ) || has_metafield(L, "__index", metatable))
        && (!(operations & CLUA_TABLE_WRITE) || has_metafield(L, "__newindex", metatable))
        && (!(operations & CLUA_TABLE_LENGTH) || has_metafield(L, "__len", metatable));
    lua_pop(L, 1);
    if (fits) return;
  }
  luaL_checktype(L, argument, LUA_TTABLE);
}

/// A move of elements, one by one: what is left of it.
typedef struct {
  lua_Integer from, to;
  lua_Unsigned left;
  lua_Integer step;
  int source, destination;
  /// What is done when all are moved.
  int ending;
} shift;

enum { ENDING_INSERT, ENDING_REMOVE, ENDING_MOVE };

static int shift_on(lua_State *L, shift s);

static int shift_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  shift s = *(shift *)lua_touserdata(L, -1);
  lua_pop(L, 1);
  return shift_on(L, s);
}

static int shift_on(lua_State *L, shift s) {
  for (int until_poll = CLUA_POLL_ELEMENTS; s.left > 0; s.left--) {
    if (--until_poll == 0) {
      until_poll = CLUA_POLL_ELEMENTS;
      if (clua_has_hook(L)) {
        *(shift *)lua_newuserdatauv(L, sizeof(shift), 0) = s;
        clua_run_hook(L, 0, shift_again);
        lua_pop(L, 1);
      }
    }
    lua_geti(L, s.source, s.from);
    lua_seti(L, s.destination, s.to);
    // The last step may lead past the ends of the integers.
    s.from = (lua_Integer)((lua_Unsigned)s.from + (lua_Unsigned)s.step);
    s.to = (lua_Integer)((lua_Unsigned)s.to + (lua_Unsigned)s.step);
  }
  switch (s.ending) {
  case ENDING_INSERT:
    lua_seti(L, s.destination, s.to);
    return 0;
  case ENDING_REMOVE:
    lua_pushnil(L);
    lua_seti(L, s.destination, s.to);
    return 1;
  default:
    lua_pushvalue(L, s.destination);
    return 1;
  }
}

int clua_table_insert(lua_State *L) {
  clua_check_table(L, 1, CLUA_TABLE_READ | CLUA_TABLE_WRITE | CLUA_TABLE_LENGTH);
  lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1);
  lua_Integer place = end;
  switch (lua_gettop(L)) {
  case 2: break;
  case 3:
    place = luaL_checkinteger(L, 2);
    luaL_argcheck(L, (lua_Unsigned)place - 1u < (lua_Unsigned)end, 2, "position out of bounds");
    break;
  default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  // The value is on top, and stays there.
  shift s = {
      .from = (lua_Integer)((lua_Unsigned)end - 1), .to = end,
      .left = (lua_Unsigned)end - (lua_Unsigned)place, .step = -1,
      .source = 1, .destination = 1, .ending = ENDING_INSERT};
  return shift_on(L, s);
}

int clua_table_remove(lua_State *L) {
  clua_check_table(L, 1, CLUA_TABLE_READ | CLUA_TABLE_WRITE | CLUA_TABLE_LENGTH);
  lua_Integer size = luaL_len(L, 1);
  lua_Integer place = luaL_optinteger(L, 2, size);
  if (place != size) {
    luaL_argcheck(L, (lua_Unsigned)place - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
  }
  lua_geti(L, 1, place);
  shift s = {
      .from = (lua_Integer)((lua_Unsigned)place + 1), .to = place,
      .left = place < size ? (lua_Unsigned)size - (lua_Unsigned)place : 0, .step = 1,
      .source = 1, .destination = 1, .ending = ENDING_REMOVE};
  return shift_on(L, s);
}

int clua_table_move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  lua_Integer to = luaL_checkinteger(L, 4);
  int destination = lua_isnoneornil(L, 5) ? 1 : 5;
  clua_check_table(L, 1, CLUA_TABLE_READ);
  clua_check_table(L, destination, CLUA_TABLE_WRITE);
  shift s = {
      .from = first, .to = to, .left = 0, .step = 1, .source = 1, .destination = destination, .ending = ENDING_MOVE};
  if (last >= first) {
    luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
    lua_Integer count = last - first + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    s.left = (lua_Unsigned)count;
    // From the end where the places overlap and the first ones would overwrite the last.
    int overlaps = to > first && to <= last && (destination == 1 || lua_compare(L, 1, destination, LUA_OPEQ));
    if (overlaps) {
      s.from = last;
      s.to = to + (count - 1);
      s.step = -1;
    }
  }
  return shift_on(L, s);
}
