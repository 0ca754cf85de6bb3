#include "clua_match.h"

#include <ctype.h>
#include <string.h>

typedef enum { STEP_ON, STEP_FAILED, STEP_DONE } step_result;

void clua_matcher_init(
    clua_matcher *m, const char *subject, size_t size, const char *pattern, size_t pattern_size) {
  m->subject = subject;
  m->subject_end = subject + size;
  m->pattern = pattern;
  m->pattern_end = pattern + pattern_size;
  m->steps_left = CLUA_MATCH_STEPS + (int64_t)size * CLUA_MATCH_STEPS_PER_BYTE;
  m->until_poll = CLUA_POLL_STEPS;
  m->unyieldable_polls = 0;
  clua_matcher_begin(m, subject);
}

void clua_matcher_begin(clua_matcher *m, const char *start) {
  m->start = start;
  m->at = start;
  m->item = m->pattern;
  m->backtracks = 0;
  m->capture_count = 0;
  m->choice_count = 0;
}

static clua_choice *add_choice(clua_matcher *m, lua_State *L) {
  if (m->choice_count >= CLUA_MAX_CHOICES) luaL_error(L, "pattern too complex");
  return &m->choices[m->choice_count++];
}

/// The end of the single-character item at `item`, where its suffix stands.
static const char *item_end(const clua_matcher *m, lua_State *L, const char *item) {
  const char *p = item + 1;
  if (*item == CLUA_ESCAPE) {
    if (p == m->pattern_end) luaL_error(L, "malformed pattern (ends with '%%')");
    return p + 1;
  }
  if (*item != '[') return p;
  if (*p == '^') p++;
  do {  // The first character belongs to the set, even a ']'.
    if (p == m->pattern_end) luaL_error(L, "malformed pattern (missing ']')");
    char c = *p++;
    if (c == CLUA_ESCAPE && p < m->pattern_end) p++;
  } while (*p != ']');
  return p + 1;
}

/// Whether the character at `at` is one of the item's.
static int matches_one(const clua_matcher *m, const char *at, const char *item, const char *end) {
  if (at >= m->subject_end) return 0;
  int character = (unsigned char)*at;
  switch (*item) {
  case '.': return 1;
  case CLUA_ESCAPE: return clua_in_class(character, (unsigned char)item[1]);
  case '[': return clua_in_set(character, item, end - 1);
  default: return (unsigned char)*item == character;
  }
}

static step_result step_open(clua_matcher *m, lua_State *L) {
  int is_position = m->item[1] == ')';
  if (m->capture_count >= CLUA_MAX_CAPTURES) luaL_error(L, "too many captures");
  m->captures[m->capture_count].start = m->at;
  m->captures[m->capture_count].length = is_position ? CLUA_CAPTURE_POSITION : CLUA_CAPTURE_OPEN;
  m->capture_count++;
  add_choice(m, L)->kind = CLUA_CHOICE_OPENED;
  m->item += is_position ? 2 : 1;
  return STEP_ON;
}

static step_result step_close(clua_matcher *m, lua_State *L) {
  int index = m->capture_count - 1;
  while (index >= 0 && m->captures[index].length != CLUA_CAPTURE_OPEN) index--;
  if (index < 0) luaL_error(L, "invalid pattern capture");
  m->captures[index].length = m->at - m->captures[index].start;
  clua_choice *choice = add_choice(m, L);
  choice->kind = CLUA_CHOICE_CLOSED;
  choice->capture = index;
  m->item++;
  return STEP_ON;
}

/// `%bxy`: from an x to the y that balances it.
static step_result step_balance(clua_matcher *m, lua_State *L) {
  const char *pair = m->item + 2;
  if (pair >= m->pattern_end - 1) luaL_error(L, "malformed pattern (missing arguments to '%%b')");
  if (m->at >= m->subject_end || *m->at != pair[0]) return STEP_FAILED;
  ptrdiff_t depth = 1;
  for (const char *s = m->at + 1; s < m->subject_end; s++) {
    if (*s == pair[1]) {
      if (--depth == 0) {
        m->until_poll -= (int32_t)((s - m->at) >> 3);
        m->at = s + 1;
        m->item += 4;
        return STEP_ON;
      }
    } else if (*s == pair[0]) {
      depth++;
    }
  }
  m->until_poll -= (int32_t)((m->subject_end - m->at) >> 3);
  return STEP_FAILED;
}

/// `%f[set]`: between a character that is not in the set and one that is.
static step_result step_frontier(clua_matcher *m, lua_State *L) {
  const char *set = m->item + 2;
  if (*set != '[') luaL_error(L, "missing '[' after '%%f' in pattern");
  const char *end = item_end(m, L, set);
  int before = m->at == m->subject ? 0 : (unsigned char)m->at[-1];
  int after = m->at == m->subject_end ? 0 : (unsigned char)*m->at;
  if (clua_in_set(before, set, end - 1) || !clua_in_set(after, set, end - 1)) return STEP_FAILED;
  m->item = end;
  return STEP_ON;
}

/// `%1`: what a capture has matched, once more.
static step_result step_reference(clua_matcher *m, lua_State *L) {
  int index = (unsigned char)m->item[1] - '1';
  if (index < 0 || index >= m->capture_count || m->captures[index].length == CLUA_CAPTURE_OPEN) {
    luaL_error(L, "invalid capture index %%%d", index + 1);
  }
  const clua_capture *capture = &m->captures[index];
  if (capture->length < 0 || m->subject_end - m->at < capture->length) return STEP_FAILED;
  if (memcmp(capture->start, m->at, (size_t)capture->length) != 0) return STEP_FAILED;
  m->until_poll -= (int32_t)(capture->length >> 6);
  m->at += capture->length;
  m->item += 2;
  return STEP_ON;
}

static step_result step_greedy(
    clua_matcher *m, lua_State *L, const char *item, const char *end, const char *least) {
  const char *s = least;
  while (matches_one(m, s, item, end)) s++;
  m->until_poll -= (int32_t)((s - least) >> 2);
  clua_choice *choice = add_choice(m, L);
  choice->kind = CLUA_CHOICE_GREEDY;
  choice->subject = least;
  choice->rest = end + 1;
  choice->extra = s - least;
  m->at = s;
  m->item = end + 1;
  return STEP_ON;
}

/// A single character with or without a suffix.
static step_result step_single(clua_matcher *m, lua_State *L) {
  const char *item = m->item;
  const char *end = item_end(m, L, item);
  char suffix = end < m->pattern_end ? *end : 0;
  if (!matches_one(m, m->at, item, end)) {
    if (suffix != '*' && suffix != '?' && suffix != '-') return STEP_FAILED;
    m->item = end + 1;
    return STEP_ON;
  }
  if (suffix == '-') {
    clua_choice *choice = add_choice(m, L);
    choice->kind = CLUA_CHOICE_LAZY;
    choice->subject = m->at;
    choice->item = item;
    choice->rest = end + 1;
    m->item = end + 1;
    return STEP_ON;
  }
  if (suffix == '*') return step_greedy(m, L, item, end, m->at);
  if (suffix == '+') return step_greedy(m, L, item, end, m->at + 1);
  if (suffix == '?') {
    clua_choice *choice = add_choice(m, L);
    choice->kind = CLUA_CHOICE_OPTION;
    choice->subject = m->at;
    choice->rest = end + 1;
  }
  m->at++;
  m->item = suffix == '?' ? end + 1 : end;
  return STEP_ON;
}

static step_result step(clua_matcher *m, lua_State *L) {
  if (m->item == m->pattern_end) return STEP_DONE;
  switch (*m->item) {
  case '(': return step_open(m, L);
  case ')': return step_close(m, L);
  case '$':
    if (m->item + 1 != m->pattern_end) break;
    return m->at == m->subject_end ? STEP_DONE : STEP_FAILED;
  case CLUA_ESCAPE:
    if (m->item + 1 == m->pattern_end) break;
    if (m->item[1] == 'b') return step_balance(m, L);
    if (m->item[1] == 'f') return step_frontier(m, L);
    if (isdigit((unsigned char)m->item[1])) return step_reference(m, L);
    break;
  default: break;
  }
  return step_single(m, L);
}

/// Takes the newest choice that is left; whether there was one.
static int backtrack(clua_matcher *m, lua_State *L) {
  while (m->choice_count > 0) {
    clua_choice *choice = &m->choices[m->choice_count - 1];
    switch (choice->kind) {
    case CLUA_CHOICE_OPENED: m->capture_count--; break;
    case CLUA_CHOICE_CLOSED: m->captures[choice->capture].length = CLUA_CAPTURE_OPEN; break;
    case CLUA_CHOICE_OPTION:
      m->at = choice->subject;
      m->item = choice->rest;
      m->choice_count--;
      return 1;
    case CLUA_CHOICE_GREEDY:
      if (choice->extra == 0) break;
      choice->extra--;
      m->at = choice->subject + choice->extra;
      m->item = choice->rest;
      return 1;
    case CLUA_CHOICE_LAZY:
      if (!matches_one(m, choice->subject, choice->item, item_end(m, L, choice->item))) break;
      choice->subject++;
      m->at = choice->subject;
      m->item = choice->rest;
      return 1;
    }
    m->choice_count--;
  }
  return 0;
}

/// Whether the match has to make room for others; raises when it has had its steps.
static int has_to_pause(clua_matcher *m, lua_State *L) {
  m->steps_left -= CLUA_POLL_STEPS - m->until_poll;
  m->until_poll = CLUA_POLL_STEPS;
  if (m->steps_left < 0) luaL_error(L, "pattern takes too many steps: write it with fewer repetitions");
  if (!clua_has_hook(L)) return 0;
  if (!lua_isyieldable(L) && ++m->unyieldable_polls > CLUA_UNYIELDABLE_STEPS / CLUA_POLL_STEPS) {
    luaL_error(L, "pattern takes too many steps where it cannot be interrupted");
  }
  return 1;
}

clua_match_result clua_matcher_run(clua_matcher *m, lua_State *L) {
  for (;;) {
    if (--m->until_poll <= 0 && has_to_pause(m, L)) return CLUA_PAUSED;
    if (m->backtracks) {
      if (!backtrack(m, L)) return CLUA_NO_MATCH;
      m->backtracks = 0;
    }
    step_result result = step(m, L);
    if (result == STEP_DONE) return CLUA_MATCHED;
    m->backtracks = result == STEP_FAILED;
  }
}
