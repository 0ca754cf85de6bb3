// Bytes that are put together piece by piece and survive a yield, as Lua's own buffers do not.
#ifndef CLUA_BUFFER_H
#define CLUA_BUFFER_H

#include <stddef.h>

#include "../include/CLua.h"

enum { CLUA_BUFFER_INLINE = 256 };

/// Lives in a userdata. What does not fit into it goes to another userdata, in a slot of the stack.
typedef struct {
  size_t size;
  size_t capacity;
  int slot;
  char inline_bytes[CLUA_BUFFER_INLINE];
} clua_buffer;

/// `slot` is a slot of the stack that the buffer may replace.
void clua_buffer_init(clua_buffer *b, int slot);

/// Appends; raises when memory is short.
void clua_buffer_add(clua_buffer *b, lua_State *L, const char *bytes, size_t size);

/// Pushes what has been added as a string.
void clua_buffer_push(const clua_buffer *b, lua_State *L);

#endif
