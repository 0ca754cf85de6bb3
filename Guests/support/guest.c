#include "guest.h"

extern unsigned char __heap_base;
static uintptr_t arena_end = 0;

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  for (size_t i = 0; i < length; i++) ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
  return to;
}

void *memmove(void *to, const void *from, size_t length) {
  unsigned char *target = to;
  const unsigned char *source = from;
  if (target <= source) {
    for (size_t i = 0; i < length; i++) target[i] = source[i];
  } else {
    for (size_t i = length; i > 0; i--) target[i - 1] = source[i - 1];
  }
  return to;
}

void *memset(void *to, int byte, size_t length) {
  for (size_t i = 0; i < length; i++) ((unsigned char *)to)[i] = (unsigned char)byte;
  return to;
}

int memcmp(const void *left, const void *right, size_t length) {
  const unsigned char *a = left, *b = right;
  for (size_t i = 0; i < length; i++) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

void *arena_allocate(size_t size, size_t alignment) {
  if (arena_end == 0) arena_end = (uintptr_t)&__heap_base;
  uintptr_t start = (arena_end + alignment - 1) & ~(alignment - 1);
  uintptr_t end = start + size;
  size_t bytes = __builtin_wasm_memory_size(0) << 16;
  if (end < start) __builtin_trap();
  if (end > bytes && __builtin_wasm_memory_grow(0, (end - bytes + 0xffff) >> 16) == (size_t)-1) __builtin_trap();
  arena_end = end;
  return (void *)start;
}

void arena_reset(void) { arena_end = (uintptr_t)&__heap_base; }

// What the Embedded Swift run-time asks for.
void *malloc(size_t size) { return arena_allocate(size, 16); }
void free(void *pointer) { (void)pointer; }
int posix_memalign(void **result, size_t alignment, size_t size) {
  *result = arena_allocate(size, alignment);
  return 0;
}

text join(text left, text right) {
  char *data = ALLOCATE(char, left.length + right.length);
  memcpy(data, left.data, left.length);
  memcpy(data + left.length, right.data, right.length);
  return (text){data, left.length + right.length};
}

text decimal(uint64_t value) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return join(TEXT(""), (text){digits + first, sizeof digits - first});
}

bool equal(text left, text right) {
  return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}
