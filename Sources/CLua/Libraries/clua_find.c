// `string.find`, `string.match` and `string.gmatch`.
#define _GNU_SOURCE  // memmem
#include <string.h>

#include "clua_match.h"
#include "clua_string.h"

/// The place (from 1) that `position` names in a string of `size` bytes; negative ones count from its end.
static size_t start_place(lua_Integer position, size_t size) {
  if (position > 0) return (size_t)position;
  if (position == 0 || position < -(lua_Integer)size) return 1;
  return size + (size_t)position + 1;
}

static int has_specials(const char *pattern, size_t size) {
  for (size_t i = 0; i < size; i++) {
    switch (pattern[i]) {
    case '^': case '$': case '*': case '+': case '?': case '.': case '(': case '[': case '-': case CLUA_ESCAPE:
      return 1;
    default: break;
    }
  }
  return 0;
}

/// The stack of a search: subject, pattern, start, plain, and its matcher while it is put away.
enum { SLOT_SUBJECT = 1, SLOT_PATTERN = 2, SLOT_MATCHER = 5 };

static int search_on(lua_State *L, clua_matcher *m, int wants_place);

static int search_again(lua_State *L, int status, lua_KContext wants_place) {
  (void)status;
  clua_matcher m;
  clua_matcher_restore(&m, L, SLOT_MATCHER);
  lua_settop(L, SLOT_MATCHER - 1);
  return search_on(L, &m, (int)wants_place);
}

static int search_on(lua_State *L, clua_matcher *m, int wants_place) {
  int is_anchored = m->pattern > lua_tostring(L, SLOT_PATTERN);
  for (;;) {
    switch (clua_matcher_run(m, L)) {
    case CLUA_MATCHED:
      if (!wants_place) return clua_matcher_push_captures(m, L, m->start, m->at);
      lua_pushinteger(L, m->start - m->subject + 1);
      lua_pushinteger(L, m->at - m->subject);
      return clua_matcher_push_captures(m, L, NULL, NULL) + 2;
    case CLUA_NO_MATCH:
      if (m->start == m->subject_end || is_anchored) {
        luaL_pushfail(L);
        return 1;
      }
      clua_matcher_begin(m, m->start + 1);
      break;
    case CLUA_PAUSED:
      clua_matcher_save(m, L);
      clua_run_hook(L, wants_place, search_again);
      lua_settop(L, SLOT_MATCHER - 1);
      break;
    }
  }
}

static int search(lua_State *L, int wants_place) {
  size_t size, pattern_size;
  const char *subject = luaL_checklstring(L, 1, &size);
  const char *pattern = luaL_checklstring(L, 2, &pattern_size);
  size_t start = start_place(luaL_optinteger(L, 3, 1), size) - 1;
  if (start > size) {
    luaL_pushfail(L);
    return 1;
  }
  if (wants_place && (lua_toboolean(L, 4) || !has_specials(pattern, pattern_size))) {
    const char *found = memmem(subject + start, size - start, pattern, pattern_size);
    if (!found) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - subject + 1);
    lua_pushinteger(L, found - subject + (lua_Integer)pattern_size);
    return 2;
  }
  lua_settop(L, SLOT_MATCHER - 1);
  int skipped = pattern_size > 0 && *pattern == '^';
  clua_matcher m;
  clua_matcher_init(&m, subject, size, pattern + skipped, pattern_size - (size_t)skipped);
  clua_matcher_begin(&m, subject + start);
  return search_on(L, &m, wants_place);
}

int clua_string_find(lua_State *L) { return search(L, 1); }

int clua_string_match(lua_State *L) { return search(L, 0); }

// MARK: gmatch

/// What the iterator keeps; its other upvalues are the subject and the pattern.
typedef struct {
  const char *at;
  const char *last_end;
} gmatch_state;

enum { UPVALUE_SUBJECT = 1, UPVALUE_PATTERN = 2, UPVALUE_STATE = 3 };

static int gmatch_on(lua_State *L, clua_matcher *m);

static int gmatch_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  clua_matcher m;
  clua_matcher_restore(&m, L, 1);
  lua_settop(L, 0);
  return gmatch_on(L, &m);
}

static int gmatch_on(lua_State *L, clua_matcher *m) {
  gmatch_state *state = lua_touserdata(L, lua_upvalueindex(UPVALUE_STATE));
  for (;;) {
    clua_match_result result = clua_matcher_run(m, L);
    if (result == CLUA_PAUSED) {
      clua_matcher_save(m, L);
      clua_run_hook(L, 0, gmatch_again);
      lua_settop(L, 0);
    } else if (result == CLUA_MATCHED && m->at != state->last_end) {
      state->at = state->last_end = m->at;
      return clua_matcher_push_captures(m, L, m->start, m->at);
    } else if (m->start == m->subject_end) {
      state->at = m->subject_end + 1;
      return 0;
    } else {
      clua_matcher_begin(m, m->start + 1);
    }
  }
}

static int gmatch_next(lua_State *L) {
  size_t size, pattern_size;
  const char *subject = lua_tolstring(L, lua_upvalueindex(UPVALUE_SUBJECT), &size);
  const char *pattern = lua_tolstring(L, lua_upvalueindex(UPVALUE_PATTERN), &pattern_size);
  gmatch_state *state = lua_touserdata(L, lua_upvalueindex(UPVALUE_STATE));
  if (state->at > subject + size) return 0;
  lua_settop(L, 0);
  clua_matcher m;
  clua_matcher_init(&m, subject, size, pattern, pattern_size);
  clua_matcher_begin(&m, state->at);
  return gmatch_on(L, &m);
}

int clua_string_gmatch(lua_State *L) {
  size_t size;
  const char *subject = luaL_checklstring(L, 1, &size);
  luaL_checkstring(L, 2);
  size_t start = start_place(luaL_optinteger(L, 3, 1), size) - 1;
  lua_settop(L, 2);
  gmatch_state *state = lua_newuserdatauv(L, sizeof(gmatch_state), 0);
  state->at = subject + (start > size ? size + 1 : start);
  state->last_end = NULL;
  lua_pushcclosure(L, gmatch_next, 3);
  return 1;
}
