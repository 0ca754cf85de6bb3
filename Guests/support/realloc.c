#include "guest.h"

// Weak, so that a guest which misbehaves in here can bring its own.
EXPORT("cabi_realloc")
__attribute__((weak)) void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
  void *new = arena_allocate(size, alignment);
  memcpy(new, old, old_size < size ? old_size : size);
  return new;
}
