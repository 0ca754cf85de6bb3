#include "stdio.h"

EXPORT("print-forever") void print_forever(void) {
  uint32_t output = get_stdout();
  while (write_text(output, TEXT("and on it goes\n"))) {
  }
  __builtin_trap();
}
