#include "stdio.h"

typedef struct {
  uint8_t failed;
  union {
    text content;
    struct {
      uint8_t error;
      uint32_t error_handle;
    };
  };
} read_result;

IMPORT(WASI("cli/stdin"), "get-stdin") uint32_t get_stdin(void);
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-read")
void blocking_read(uint32_t stream, uint64_t length, read_result *result);

enum { CLOSED = 1 };

// Ok at the end of stdin, an error when either stream breaks.
EXPORT(WASI("cli/run") "#run") uint32_t run(void) {
  uint32_t input = get_stdin(), output = get_stdout();
  for (;;) {
    arena_reset();
    read_result result;
    blocking_read(input, 65536, &result);
    if (result.failed) return result.error != CLOSED;
    if (!write_text(output, result.content)) return 1;
  }
}
