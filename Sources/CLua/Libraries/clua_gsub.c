// `string.gsub`: its function may yield, and so may the search.
#include <ctype.h>
#include <string.h>

#include "clua_buffer.h"
#include "clua_match.h"
#include "clua_string.h"

/// The stack: subject, pattern, replacement, most replacements, the state, the buffer's bytes, the saved matcher.
enum { SLOT_SUBJECT = 1, SLOT_PATTERN = 2, SLOT_REPLACEMENT = 3, SLOT_STATE = 5, SLOT_BUFFER = 6, SLOT_MATCHER = 7 };

typedef struct {
  const char *at;
  const char *last_end;
  lua_Integer count, most;
  int replacement_type;
  int is_anchored;
  int has_changed;
  /// Of the match whose function runs.
  const char *match_start, *match_end;
  clua_buffer result;
} gsub_state;

enum { AFTER_PAUSE, AFTER_CALL };

static int gsub_on(lua_State *L, clua_matcher *m);

/// Ends one replacement with the value on top of the stack: false and nil keep the match.
static void add_value(lua_State *L, gsub_state *state) {
  if (!lua_toboolean(L, -1)) {
    clua_buffer_add(&state->result, L, state->match_start, (size_t)(state->match_end - state->match_start));
  } else {
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    clua_buffer_add(&state->result, L, text, size);
    state->has_changed = 1;
  }
  lua_settop(L, SLOT_BUFFER);
}

/// A replacement string, with its `%1`.
static void add_template(lua_State *L, gsub_state *state, const clua_matcher *m) {
  size_t size;
  const char *text = lua_tolstring(L, SLOT_REPLACEMENT, &size);
  const char *end = text + size;
  for (const char *escape; (escape = memchr(text, CLUA_ESCAPE, (size_t)(end - text))) != NULL; text = escape + 2) {
    clua_buffer_add(&state->result, L, text, (size_t)(escape - text));
    char kind = escape[1];
    if (kind == CLUA_ESCAPE) {
      clua_buffer_add(&state->result, L, &kind, 1);
    } else if (kind == '0') {
      clua_buffer_add(&state->result, L, state->match_start, (size_t)(state->match_end - state->match_start));
    } else if (isdigit((unsigned char)kind)) {
      clua_matcher_push_capture(m, L, kind - '1', state->match_start, state->match_end);
      size_t capture_size;
      const char *capture = lua_tolstring(L, -1, &capture_size);
      clua_buffer_add(&state->result, L, capture, capture_size);
      lua_settop(L, SLOT_BUFFER);
    } else {
      luaL_error(L, "invalid use of '%c' in replacement string", CLUA_ESCAPE);
    }
  }
  clua_buffer_add(&state->result, L, text, (size_t)(end - text));
  state->has_changed = 1;
}

static int gsub_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  gsub_state *state = lua_touserdata(L, SLOT_STATE);
  clua_matcher m;
  if (context == AFTER_PAUSE) {
    clua_matcher_restore(&m, L, SLOT_MATCHER);
    lua_settop(L, SLOT_BUFFER);
  } else {
    add_value(L, state);
    size_t size, pattern_size;
    const char *subject = lua_tolstring(L, SLOT_SUBJECT, &size);
    const char *pattern = lua_tolstring(L, SLOT_PATTERN, &pattern_size);
    clua_matcher_init(
        &m, subject, size, pattern + state->is_anchored, pattern_size - (size_t)state->is_anchored);
    clua_matcher_begin(&m, state->at);
    if (state->is_anchored || state->count >= state->most) m.item = NULL;
  }
  return gsub_on(L, &m);
}

static void replace(lua_State *L, gsub_state *state, const clua_matcher *m) {
  switch (state->replacement_type) {
  case LUA_TFUNCTION:
    lua_pushvalue(L, SLOT_REPLACEMENT);
    lua_callk(
        L, clua_matcher_push_captures(m, L, state->match_start, state->match_end), 1, AFTER_CALL, gsub_again);
    add_value(L, state);
    break;
  case LUA_TTABLE:
    clua_matcher_push_capture(m, L, 0, state->match_start, state->match_end);
    lua_gettable(L, SLOT_REPLACEMENT);
    add_value(L, state);
    break;
  default: add_template(L, state, m);
  }
}

static int gsub_end(lua_State *L, gsub_state *state, const clua_matcher *m) {
  if (state->has_changed) {
    clua_buffer_add(&state->result, L, state->at, (size_t)(m->subject_end - state->at));
    clua_buffer_push(&state->result, L);
  } else {
    lua_pushvalue(L, SLOT_SUBJECT);
  }
  lua_pushinteger(L, state->count);
  return 2;
}

static int gsub_on(lua_State *L, clua_matcher *m) {
  gsub_state *state = lua_touserdata(L, SLOT_STATE);
  while (m->item) {
    clua_match_result result = clua_matcher_run(m, L);
    if (result == CLUA_PAUSED) {
      clua_matcher_save(m, L);
      clua_run_hook(L, AFTER_PAUSE, gsub_again);
      lua_settop(L, SLOT_BUFFER);
      continue;
    }
    if (result == CLUA_MATCHED && m->at != state->last_end) {
      state->count++;
      state->match_start = state->at;
      state->at = state->last_end = state->match_end = m->at;
      replace(L, state, m);
      m->steps_left = CLUA_MATCH_STEPS + (m->subject_end - m->subject) * CLUA_MATCH_STEPS_PER_BYTE;
    } else if (state->at < m->subject_end) {
      clua_buffer_add(&state->result, L, state->at++, 1);
    } else {
      break;
    }
    if (state->is_anchored || state->count >= state->most) break;
    clua_matcher_begin(m, state->at);
  }
  return gsub_end(L, state, m);
}

int clua_string_gsub(lua_State *L) {
  size_t size, pattern_size;
  const char *subject = luaL_checklstring(L, 1, &size);
  const char *pattern = luaL_checklstring(L, 2, &pattern_size);
  int type = lua_type(L, SLOT_REPLACEMENT);
  if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TTABLE && type != LUA_TFUNCTION) {
    return luaL_typeerror(L, SLOT_REPLACEMENT, "string/function/table");
  }
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)size + 1);
  // A number is converted once, here.
  if (type == LUA_TNUMBER) lua_tostring(L, SLOT_REPLACEMENT);
  lua_settop(L, SLOT_STATE - 1);
  gsub_state *state = lua_newuserdatauv(L, sizeof(gsub_state), 0);
  lua_pushnil(L);
  state->at = subject;
  state->last_end = NULL;
  state->count = 0;
  state->most = most;
  state->replacement_type = type;
  state->is_anchored = pattern_size > 0 && *pattern == '^';
  state->has_changed = 0;
  clua_buffer_init(&state->result, SLOT_BUFFER);
  clua_matcher m;
  clua_matcher_init(&m, subject, size, pattern + state->is_anchored, pattern_size - (size_t)state->is_anchored);
  if (most <= 0) m.item = NULL;
  return gsub_on(L, &m);
}
