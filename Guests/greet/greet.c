#include "guest.h"

EXPORT("greet") text *greet(const char *name, size_t length) {
  text *result = ALLOCATE(text, 1);
  *result = join(join(TEXT("Hello, "), (text){name, length}), TEXT("!"));
  return result;
}

EXPORT("cabi_post_greet") void greet_post_return(text *result) {
  (void)result;
  arena_reset();
}
