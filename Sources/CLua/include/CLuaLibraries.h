// The functions of `string` and `table` that replace Lua's own: they can be suspended and end in bounded time.
#ifndef CLUA_LIBRARIES_H
#define CLUA_LIBRARIES_H

#include "CLua.h"

/// Puts the bounded functions over Lua's own in the global tables `string` and `table`, which must be open.
///
/// A `lua_CFunction` without arguments and results; raises when memory is short.
///
/// Replaced are the functions whose time is not bounded by the size of what they are given, or that call back into
/// Lua where a coroutine could not yield:
/// - `string.find`, `match`, `gmatch`, `gsub`: patterns take exponential time; `gsub` calls a function.
/// - `string.rep`: an empty string repeated 2^62 times runs for ever without taking memory.
/// - `table.sort`: calls the comparator.
/// - `table.concat`, `insert`, `remove`, `move`: `__len`, `__index` and the arguments name ranges of any length.
///
/// Lua's own are kept where the work is bounded by arguments that are already in memory, or by the stack:
/// - `string.format`: widths and precisions have two digits at most.
/// - `string.pack`, `unpack`, `packsize`: sizes are checked, padding is memory, results are limited by the stack.
/// - `string.byte`, `utf8.codepoint`, `table.unpack`: "too many results" above a million (LUAI_MAXSTACK).
/// - `string.len`, `sub`, `upper`, `lower`, `reverse`, `char`, `utf8.*`, `table.pack`: one pass over the arguments.
///
/// `string.dump` is taken away: binary chunks are not loaded either.
int clua_open_bounded_libraries(lua_State *L);

/// Writes a finite float as `tostring` does; `size` at least 40.
void clua_number_text(double number, char *text, int size);

#endif
