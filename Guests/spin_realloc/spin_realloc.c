#include "guest.h"

static volatile uint32_t turns;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
  (void)old, (void)old_size, (void)alignment, (void)size;
  for (;;) turns++;
}

EXPORT("measure") size_t measure(const char *input, size_t length) {
  (void)input;
  return length;
}
