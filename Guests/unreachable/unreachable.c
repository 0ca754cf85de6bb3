// cflags: -g -O0
#include "guest.h"

// Debug information stays in this one: a backtrace shows the functions, and these lines.
__attribute__((noinline)) static void give_up(uint32_t depth) {
  if (depth > 2) {
    __builtin_trap();
  }
  give_up(depth + 1);
}

EXPORT("run") void run(void) {
  give_up(1);
}
