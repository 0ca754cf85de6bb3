#include "guest.h"

#define WASI1(name) IMPORT("wasi_snapshot_preview1", name)
typedef struct { const void *data; size_t length; } buffer;
WASI1("args_sizes_get") uint32_t args_sizes_get(size_t *count, size_t *bytes);
WASI1("args_get") uint32_t args_get(char **arguments, char *bytes);
WASI1("fd_write") uint32_t fd_write(uint32_t descriptor, const buffer *buffers, size_t count, size_t *written);
WASI1("clock_time_get") uint32_t clock_time_get(uint32_t clock, uint64_t precision, uint64_t *result);
WASI1("random_get") uint32_t random_get(void *data, size_t length);
WASI1("proc_exit") _Noreturn void proc_exit(uint32_t code);

static char chunk[65536];
static char *arguments[16];
static char bytes[1024];

static text argument(size_t place) {
  size_t length = 0;
  while (arguments[place][length] != 0) length++;
  return (text){arguments[place], length};
}

static bool write_all(const char *data, size_t length) {
  while (length > 0) {
    buffer part = {data, length};
    size_t written;
    if (fd_write(1, &part, 1, &written) != 0) return false;
    data += written;
    length -= written;
  }
  return true;
}

EXPORT("_start") void start(void) {
  size_t words, size;
  args_sizes_get(&words, &size);
  if (words < 3 || words > 16 || size > sizeof bytes) proc_exit(2);
  args_get(arguments, bytes);
  text mode = argument(1), number = argument(2);
  uint64_t count = 0, sum = 0;
  for (size_t i = 0; i < number.length; i++) count = count * 10 + (uint64_t)(number.data[i] - '0');
  bool succeeds = true;
  for (uint64_t i = 0; i < count && succeeds; i++) {
    if (equal(mode, TEXT("stream"))) {
      succeeds = write_all(chunk, sizeof chunk);
    } else if (equal(mode, TEXT("small"))) {
      succeeds = write_all("abc\n", 4);
    } else if (equal(mode, TEXT("clock"))) {
      uint64_t time;
      succeeds = clock_time_get(1, 1, &time) == 0;
      sum ^= time;
    } else if (equal(mode, TEXT("random"))) {
      uint64_t value;
      succeeds = random_get(&value, sizeof value) == 0;
      sum ^= value;
    } else if (equal(mode, TEXT("random-bytes"))) {
      succeeds = random_get(chunk, 4096) == 0;
    } else {
      succeeds = false;
    }
  }
  if (!succeeds || sum == 1) proc_exit(1);
}

