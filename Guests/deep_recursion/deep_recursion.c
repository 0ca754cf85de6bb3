// cflags: -fno-optimize-sibling-calls -Wno-infinite-recursion
#include "guest.h"

static volatile uint32_t one = 1;

__attribute__((noinline)) static uint32_t descend(uint32_t depth) { return descend(depth + one) + one; }

EXPORT("descend") uint32_t start_descent(void) { return descend(0); }
