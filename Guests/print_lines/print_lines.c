#include "stdio.h"

static uint32_t print_numbered(uint32_t stream, uint32_t count) {
  uint32_t line = 0;
  while (line < count) {
    arena_reset();
    if (!write_text(stream, join(join(TEXT("line "), decimal(line + 1)), TEXT("\n")))) break;
    line++;
  }
  drop_output_stream(stream);
  return line;
}

EXPORT("print-lines") uint32_t print_lines(uint32_t count) { return print_numbered(get_stdout(), count); }

EXPORT("print-errors") uint32_t print_errors(uint32_t count) { return print_numbered(get_stderr(), count); }

EXPORT("print-text") bool print_text(const char *content, size_t length) {
  return write_text(get_stdout(), (text){content, length});
}
