#include "stdio.h"

typedef struct { const text *items; size_t count; } texts;
typedef struct { uint8_t failed; uint64_t permit; } permit_result;

IMPORT(WASI("cli/environment"), "get-arguments") void get_arguments(texts *result);
IMPORT(WASI("clocks/monotonic-clock"), "now") uint64_t now(void);
IMPORT(WASI("random/random"), "get-random-u64") uint64_t random_number(void);
IMPORT(WASI("random/random"), "get-random-bytes") void random_bytes(uint64_t count, text *result);
IMPORT(WASI("io/streams"), "[method]output-stream.check-write") void check_write(uint32_t stream, permit_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.write")
void write_some(uint32_t stream, const char *data, size_t length, write_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-flush") void blocking_flush(uint32_t stream, write_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.subscribe") uint32_t subscribe(uint32_t stream);
IMPORT(WASI("io/poll"), "[method]pollable.block") void block(uint32_t pollable);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void drop_pollable(uint32_t pollable);

static char chunk[65536];

// 64 KiB, as the permits allow.
static bool write_chunk(uint32_t stream) {
  size_t done = 0;
  while (done < sizeof chunk) {
    permit_result permit;
    check_write(stream, &permit);
    if (permit.failed) return false;
    if (permit.permit == 0) {
      uint32_t room = subscribe(stream);
      block(room);
      drop_pollable(room);
      continue;
    }
    size_t count = sizeof chunk - done;
    if (permit.permit < count) count = (size_t)permit.permit;
    write_result result;
    write_some(stream, chunk + done, count, &result);
    if (result.failed) return false;
    done += count;
  }
  return true;
}

EXPORT("wasi:cli/run@0.2.0#run") uint32_t run(void) {
  texts arguments;
  get_arguments(&arguments);
  if (arguments.count < 3) return 1;
  text mode = arguments.items[1];
  uint64_t count = 0, sum = 0;
  for (size_t i = 0; i < arguments.items[2].length; i++) count = count * 10 + (uint64_t)(arguments.items[2].data[i] - '0');
  uint32_t out = get_stdout();
  write_result result = {0};
  if (equal(mode, TEXT("stream"))) {
    for (uint64_t i = 0; i < count; i++) {
      if (!write_chunk(out)) return 1;
    }
    blocking_flush(out, &result);
  } else if (equal(mode, TEXT("small"))) {
    for (uint64_t i = 0; i < count && !result.failed; i++) blocking_write_and_flush(out, "abc\n", 4, &result);
  } else if (equal(mode, TEXT("clock"))) {
    for (uint64_t i = 0; i < count; i++) sum ^= now();
  } else if (equal(mode, TEXT("random"))) {
    for (uint64_t i = 0; i < count; i++) sum ^= random_number();
  } else if (equal(mode, TEXT("random-bytes"))) {
    for (uint64_t i = 0; i < count; i++) {
      text bytes;
      random_bytes(4096, &bytes);
      sum ^= (uint64_t)bytes.data[i % 4096];
      arena_reset();
    }
  } else {
    return 1;
  }
  // Not in vain.
  if (sum == 1) write_text(get_stderr(), TEXT("unlikely\n"));
  return result.failed;
}
