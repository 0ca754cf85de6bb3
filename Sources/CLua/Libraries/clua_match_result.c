#include <string.h>

#include "clua_match.h"

static size_t used_size(const clua_matcher *m) {
  return offsetof(clua_matcher, choices) + (size_t)m->choice_count * sizeof(clua_choice);
}

void clua_matcher_save(const clua_matcher *m, lua_State *L) {
  size_t size = used_size(m);
  memcpy(lua_newuserdatauv(L, size, 0), m, size);
}

void clua_matcher_restore(clua_matcher *m, lua_State *L, int index) {
  const clua_matcher *saved = lua_touserdata(L, index);
  memcpy(m, saved, used_size(saved));
}

ptrdiff_t clua_matcher_capture(
    const clua_matcher *m, lua_State *L, int index, const char *start, const char *end, const char **text) {
  if (index >= m->capture_count) {
    if (index != 0) luaL_error(L, "invalid capture index %%%d", index + 1);
    *text = start;
    return end - start;
  }
  if (m->captures[index].length == CLUA_CAPTURE_OPEN) luaL_error(L, "unfinished capture");
  *text = m->captures[index].start;
  return m->captures[index].length;
}

void clua_matcher_push_capture(
    const clua_matcher *m, lua_State *L, int index, const char *start, const char *end) {
  const char *text;
  ptrdiff_t length = clua_matcher_capture(m, L, index, start, end, &text);
  if (length == CLUA_CAPTURE_POSITION) {
    lua_pushinteger(L, text - m->subject + 1);
  } else {
    lua_pushlstring(L, text, (size_t)length);
  }
}

int clua_matcher_push_captures(const clua_matcher *m, lua_State *L, const char *start, const char *end) {
  int count = m->capture_count == 0 && start ? 1 : m->capture_count;
  luaL_checkstack(L, count, "too many captures");
  for (int i = 0; i < count; i++) clua_matcher_push_capture(m, L, i, start, end);
  return count;
}
