// `table.concat`: the range may be longer than any table.
#include "clua_buffer.h"
#include "clua_table.h"

/// The stack: table, separator, first, last, the state, the buffer's bytes.
enum { SLOT_STATE = 5, SLOT_BUFFER = 6 };

typedef struct {
  lua_Integer at, last;
  clua_buffer result;
} concat_state;

static int concat_on(lua_State *L);

static int concat_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return concat_on(L);
}

static int concat_on(lua_State *L) {
  concat_state *state = lua_touserdata(L, SLOT_STATE);
  size_t separator_size;
  const char *separator = luaL_optlstring(L, 2, "", &separator_size);
  for (int until_poll = CLUA_POLL_ELEMENTS; state->at <= state->last;) {
    if (--until_poll == 0) {
      until_poll = CLUA_POLL_ELEMENTS;
      if (clua_has_hook(L)) clua_run_hook(L, 0, concat_again);
    }
    lua_geti(L, 1, state->at);
    size_t size;
    const char *text = lua_isstring(L, -1) ? lua_tolstring(L, -1, &size) : NULL;
    if (!text) {
      return luaL_error(
          L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)state->at);
    }
    clua_buffer_add(&state->result, L, text, size);
    lua_settop(L, SLOT_BUFFER);
    // One more would be too far for an integer.
    if (state->at == state->last) break;
    state->at++;
    clua_buffer_add(&state->result, L, separator, separator_size);
  }
  clua_buffer_push(&state->result, L);
  return 1;
}

int clua_table_concat(lua_State *L) {
  clua_check_table(L, 1, CLUA_TABLE_READ | CLUA_TABLE_LENGTH);
  lua_Integer length = luaL_len(L, 1);
  luaL_optstring(L, 2, "");
  lua_Integer first = luaL_optinteger(L, 3, 1);
  lua_Integer last = luaL_optinteger(L, 4, length);
  lua_settop(L, SLOT_STATE - 1);
  concat_state *state = lua_newuserdatauv(L, sizeof(concat_state), 0);
  lua_pushnil(L);
  state->at = first;
  state->last = last;
  clua_buffer_init(&state->result, SLOT_BUFFER);
  return concat_on(L);
}
