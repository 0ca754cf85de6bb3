// Writing to a WASI 0.2 output stream.
#ifndef STDIO_H
#define STDIO_H

#include "guest.h"

IMPORT(WASI("cli/stdout"), "get-stdout") uint32_t get_stdout(void);
IMPORT(WASI("cli/stderr"), "get-stderr") uint32_t get_stderr(void);

typedef struct {
  uint8_t failed;
  uint8_t error;
  uint32_t error_handle;
} write_result;

IMPORT(WASI("io/streams"), "[method]output-stream.blocking-write-and-flush")
void blocking_write_and_flush(uint32_t stream, const char *data, size_t length, write_result *result);
IMPORT(WASI("io/streams"), "[resource-drop]output-stream") void drop_output_stream(uint32_t stream);

// False when the stream is closed or broken. One write takes at most 4096 bytes.
static inline bool write_text(uint32_t stream, text content) {
  for (size_t start = 0; start < content.length; start += 4096) {
    size_t length = content.length - start < 4096 ? content.length - start : 4096;
    write_result result;
    blocking_write_and_flush(stream, content.data + start, length, &result);
    if (result.failed) return false;
  }
  return true;
}

#endif
