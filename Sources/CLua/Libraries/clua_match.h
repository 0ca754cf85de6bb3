// Matches Lua's patterns without recursion, so that a match can stop in the middle and go on later.
#ifndef CLUA_MATCH_H
#define CLUA_MATCH_H

#include <stddef.h>
#include <stdint.h>

#include "clua_hook_point.h"

#define CLUA_ESCAPE '%'

enum {
  /// What Lua itself allows: captures of a pattern, and choices that are open at a time.
  CLUA_MAX_CAPTURES = 32,
  CLUA_MAX_CHOICES = 199,
  /// Steps between two looks at the hook.
  CLUA_POLL_STEPS = 4096,
  /// Steps that one match may take, beside some for each byte of its subject.
  CLUA_MATCH_STEPS = 50 * 1000 * 1000,
  CLUA_MATCH_STEPS_PER_BYTE = 8,
  /// Steps that it may take where it cannot be suspended and something waits for that.
  CLUA_UNYIELDABLE_STEPS = 2 * 1000 * 1000,
};

enum { CLUA_CAPTURE_OPEN = -1, CLUA_CAPTURE_POSITION = -2 };

typedef struct {
  const char *start;
  ptrdiff_t length;
} clua_capture;

/// A place to go back to when the rest of the pattern does not match.
typedef struct {
  enum { CLUA_CHOICE_OPENED, CLUA_CHOICE_CLOSED, CLUA_CHOICE_OPTION, CLUA_CHOICE_GREEDY, CLUA_CHOICE_LAZY } kind;
  /// Of CLOSED: which capture.
  int capture;
  const char *subject;
  /// The item that repeats, and what follows its suffix.
  const char *item;
  const char *rest;
  /// Of GREEDY: how many more than the least there are.
  ptrdiff_t extra;
} clua_choice;

typedef struct {
  const char *subject, *subject_end;
  const char *pattern, *pattern_end;
  /// Where the match began, and where it stands.
  const char *start;
  const char *at, *item;
  int64_t steps_left;
  int32_t until_poll;
  int32_t unyieldable_polls;
  int backtracks;
  int capture_count;
  int choice_count;
  clua_capture captures[CLUA_MAX_CAPTURES];
  /// Last, because only those in use are copied when a match is put away.
  clua_choice choices[CLUA_MAX_CHOICES];
} clua_matcher;

typedef enum { CLUA_NO_MATCH, CLUA_MATCHED, CLUA_PAUSED } clua_match_result;

/// Prepares for matches of one subject and pattern, which must stay where they are. Their steps count together.
void clua_matcher_init(clua_matcher *m, const char *subject, size_t size, const char *pattern, size_t pattern_size);

/// Begins a match of the whole pattern at `start`.
void clua_matcher_begin(clua_matcher *m, const char *start);

/// Matches on; the end of a match is in `at`. `CLUA_PAUSED`: let the hook run, and call again. Raises for a malformed
/// pattern and for one that takes too long.
clua_match_result clua_matcher_run(clua_matcher *m, lua_State *L);

/// Pushes a copy of the matcher, from which `clua_matcher_restore` takes it.
void clua_matcher_save(const clua_matcher *m, lua_State *L);
void clua_matcher_restore(clua_matcher *m, lua_State *L, int index);

/// The capture at `index`, or all of the match for 0 without captures. Its length, or `CLUA_CAPTURE_POSITION`; raises
/// where there is none.
ptrdiff_t clua_matcher_capture(
    const clua_matcher *m, lua_State *L, int index, const char *start, const char *end, const char **text);

/// Pushes one capture: a string, or a position.
void clua_matcher_push_capture(
    const clua_matcher *m, lua_State *L, int index, const char *start, const char *end);

/// Pushes the captures, or all of the match where there are none and `start` is given; how many.
int clua_matcher_push_captures(const clua_matcher *m, lua_State *L, const char *start, const char *end);

/// Whether `character` belongs to the class of the letter after an escape.
int clua_in_class(int character, int letter);

/// Whether `character` is in the set from `[` to its `]`, which `last` points at.
int clua_in_set(int character, const char *set, const char *last);

#endif
