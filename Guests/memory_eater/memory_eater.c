#include "guest.h"

// Grows by one page at a time, touching each, and traps when the host refuses.
EXPORT("eat") void eat(void) {
  for (;;) {
    size_t pages = __builtin_wasm_memory_grow(0, 1);
    if (pages == (size_t)-1) __builtin_trap();
    *(volatile char *)(pages << 16) = 1;
  }
}

// Grows until the host refuses and returns the number of pages that it has then: a refusal alone is no failure.
EXPORT("pages") uint32_t count_pages(void) {
  while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1) {
  }
  return __builtin_wasm_memory_size(0);
}
