#include "clua_buffer.h"

#include <stdint.h>
#include <string.h>

void clua_buffer_init(clua_buffer *b, int slot) {
  b->size = 0;
  b->capacity = CLUA_BUFFER_INLINE;
  b->slot = slot;
}

static char *contents(const clua_buffer *b, lua_State *L) {
  if (b->capacity == CLUA_BUFFER_INLINE) return (char *)b->inline_bytes;
  return lua_touserdata(L, b->slot);
}

void clua_buffer_add(clua_buffer *b, lua_State *L, const char *bytes, size_t size) {
  if (size > b->capacity - b->size) {
    if (size > SIZE_MAX / 4 - b->size) luaL_error(L, "resulting string too large");
    size_t capacity = b->capacity * 2;
    while (capacity - b->size < size) capacity *= 2;
    char *larger = lua_newuserdatauv(L, capacity, 0);
    memcpy(larger, contents(b, L), b->size);
    b->capacity = capacity;
    lua_replace(L, b->slot);
  }
  if (size > 0) memcpy(contents(b, L) + b->size, bytes, size);
  b->size += size;
}

void clua_buffer_push(const clua_buffer *b, lua_State *L) { lua_pushlstring(L, contents(b, L), b->size); }
