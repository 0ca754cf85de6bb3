// `table.sort`: a heap sort whose comparisons may yield.
//
// Elements are compared where they are, and only moved when the places of all are known: whatever a comparator answers,
// raises or never returns, the table keeps its elements. It takes no memory beside them.
#include <limits.h>

#include "clua_table.h"

enum { SLOT_TABLE = 1, SLOT_COMPARATOR = 2, SLOT_STATE = 3 };

typedef struct {
  /// Elements in the heap, and the next root to sift (from 1); 0: take the largest.
  lua_Integer size, root;
  /// The sift that runs: the top of its path and the node that it has come to.
  lua_Integer top, node;
  enum { SIFT_BEGIN, SIFT_DOWN, SIFT_UP } phase;
  int until_poll;
} sort_state;

enum { AFTER_PAUSE, AFTER_COMPARISON };

static int sort_on(lua_State *L);
static void take_answer(lua_State *L, sort_state *state, int is_less);

static int sort_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  sort_state *state = lua_touserdata(L, SLOT_STATE);
  if (context == AFTER_COMPARISON) {
    int is_less = lua_toboolean(L, -1);
    lua_settop(L, SLOT_STATE);
    take_answer(L, state, is_less);
  }
  return sort_on(L);
}

/// Whether the element at `left` comes before the one at `right`. Where Lua has to be asked, it may yield.
static int compare(lua_State *L, lua_Integer left, lua_Integer right) {
  if (!lua_isnil(L, SLOT_COMPARATOR)) {
    lua_pushvalue(L, SLOT_COMPARATOR);
    lua_geti(L, SLOT_TABLE, left);
    lua_geti(L, SLOT_TABLE, right);
    lua_callk(L, 2, 1, AFTER_COMPARISON, sort_again);
    int is_less = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return is_less;
  }
  int left_type = lua_geti(L, SLOT_TABLE, left);
  int right_type = lua_geti(L, SLOT_TABLE, right);
  int is_plain = left_type == right_type && (left_type == LUA_TNUMBER || left_type == LUA_TSTRING);
  if (!is_plain && (luaL_getmetafield(L, -2, "__lt") || luaL_getmetafield(L, -1, "__lt"))) {
    lua_insert(L, -3);
    lua_callk(L, 2, 1, AFTER_COMPARISON, sort_again);
    int is_less = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return is_less;
  }
  int is_less = lua_compare(L, -2, -1, LUA_OPLT);
  lua_pop(L, 2);
  return is_less;
}

static void swap(lua_State *L, lua_Integer left, lua_Integer right) {
  lua_geti(L, SLOT_TABLE, left);
  lua_geti(L, SLOT_TABLE, right);
  lua_seti(L, SLOT_TABLE, left);
  lua_seti(L, SLOT_TABLE, right);
}

/// Moves the element at the top of the path down to `node`, and each below it one up.
static void rotate(lua_State *L, lua_Integer top, lua_Integer node) {
  lua_geti(L, SLOT_TABLE, node);
  lua_geti(L, SLOT_TABLE, top);
  lua_seti(L, SLOT_TABLE, node);
  while (node > top) {
    node /= 2;
    // On the stack: what came from the node below.
    lua_geti(L, SLOT_TABLE, node);
    lua_insert(L, -2);
    lua_seti(L, SLOT_TABLE, node);
  }
  lua_pop(L, 1);
}

/// Goes on with the sift after the comparison for which its phase stands.
static void take_answer(lua_State *L, sort_state *state, int is_less) {
  if (state->phase == SIFT_DOWN) {
    // Left child before the right one: the path follows the larger.
    state->node = state->node * 2 + (is_less ? 1 : 0);
  } else if (is_less) {
    // The top's element goes below nobody who comes before it.
    state->node /= 2;
  } else {
    rotate(L, state->top, state->node);
    state->phase = SIFT_BEGIN;
  }
}

/// Chooses the next sift; 0 when all is sorted.
static int begin_sift(lua_State *L, sort_state *state) {
  if (state->root > 0) {
    state->top = state->root--;
  } else {
    if (state->size < 2) return 0;
    swap(L, 1, state->size);
    if (--state->size < 2) return 0;
    state->top = 1;
  }
  state->node = state->top;
  state->phase = SIFT_DOWN;
  return 1;
}

static int sort_on(lua_State *L) {
  sort_state *state = lua_touserdata(L, SLOT_STATE);
  for (;;) {
    if (--state->until_poll <= 0) {
      state->until_poll = CLUA_POLL_ELEMENTS;
      if (clua_has_hook(L)) clua_run_hook(L, AFTER_PAUSE, sort_again);
    }
    switch (state->phase) {
    case SIFT_BEGIN:
      if (!begin_sift(L, state)) return 0;
      break;
    case SIFT_DOWN: {
      lua_Integer left = state->node * 2;
      if (left < state->size) {
        take_answer(L, state, compare(L, left, left + 1));
      } else {
        if (left == state->size) state->node = left;
        state->phase = SIFT_UP;
      }
      break;
    }
    case SIFT_UP:
      // At the top the element stays where it is.
      take_answer(L, state, state->node > state->top && compare(L, state->node, state->top));
      break;
    }
  }
}

int clua_table_sort(lua_State *L) {
  clua_check_table(L, 1, CLUA_TABLE_READ | CLUA_TABLE_WRITE | CLUA_TABLE_LENGTH);
  lua_Integer size = luaL_len(L, 1);
  if (size < 2) return 0;
  luaL_argcheck(L, size < INT_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  sort_state *state = lua_newuserdatauv(L, sizeof(sort_state), 0);
  state->size = size;
  state->root = size / 2;
  state->phase = SIFT_BEGIN;
  state->until_poll = CLUA_POLL_ELEMENTS;
  return sort_on(L);
}
