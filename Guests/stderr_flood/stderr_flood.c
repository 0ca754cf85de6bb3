#include "stdio.h"

EXPORT("flood") void flood(void) {
  uint32_t output = get_stderr();
  for (uint32_t line = 1; line <= 65536; line++) {
    arena_reset();
    char content[64];
    memset(content, '.', sizeof content);
    text number = join(TEXT("line "), decimal(line));
    memcpy(content, number.data, number.length);
    content[63] = '\n';
    write_text(output, (text){content, sizeof content});
  }
  __builtin_trap();
}
