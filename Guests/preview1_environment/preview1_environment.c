// What preview 1 has besides files: each export returns an error number, or a value when that is 0.
#include "guest.h"

#define WASI1(name) IMPORT("wasi_snapshot_preview1", name)
WASI1("args_sizes_get") uint32_t args_sizes_get(size_t *count, size_t *bytes);
WASI1("args_get") uint32_t args_get(char **arguments, char *bytes);
WASI1("environ_sizes_get") uint32_t environ_sizes_get(size_t *count, size_t *bytes);
WASI1("environ_get") uint32_t environ_get(char **variables, char *bytes);
WASI1("clock_res_get") uint32_t clock_res_get(uint32_t clock, uint64_t *result);
WASI1("clock_time_get") uint32_t clock_time_get(uint32_t clock, uint64_t precision, uint64_t *result);
WASI1("random_get") uint32_t random_get(void *data, size_t length);
WASI1("sched_yield") uint32_t sched_yield(void);
WASI1("proc_raise") uint32_t proc_raise(uint32_t signal);
WASI1("fd_write") uint32_t fd_write(uint32_t descriptor, const text *buffers, size_t count, size_t *written);

static char *items[64];
static char bytes[4096];

static void print(text line) {
  size_t written;
  text lines[] = {line, TEXT("\n")};
  fd_write(1, lines, 2, &written);
}

// Prints each of the texts, and returns their number.
static int32_t print_all(size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t length = 0;
    while (items[i][length] != 0) length++;
    print((text){items[i], length});
  }
  return (int32_t)count;
}

EXPORT("arguments") int32_t arguments(void) {
  size_t count, size;
  if (args_sizes_get(&count, &size) != 0 || count > 64 || size > sizeof bytes) return -1;
  return args_get(items, bytes) == 0 ? print_all(count) : -1;
}

EXPORT("variables") int32_t variables(void) {
  size_t count, size;
  if (environ_sizes_get(&count, &size) != 0 || count > 64 || size > sizeof bytes) return -1;
  return environ_get(items, bytes) == 0 ? print_all(count) : -1;
}

// The error number; or 0 when the value is one that the clock may have.
EXPORT("resolution") int32_t resolution(uint32_t clock) {
  uint64_t value = 0;
  uint32_t error = clock_res_get(clock, &value);
  return error != 0 ? (int32_t)error : value == 0 ? -1 : 0;
}

EXPORT("time") int64_t time(uint32_t clock) {
  uint64_t value = 0;
  uint32_t error = clock_time_get(clock, 1, &value);
  return error != 0 ? -(int64_t)error : (int64_t)value;
}

EXPORT("random") int32_t random(uint32_t place, uint32_t length) {
  return (int32_t)random_get((void *)(uintptr_t)place, length);
}

EXPORT("differs") int32_t differs(void) {
  uint64_t first = 0, second = 0;
  if (random_get(&first, 8) != 0 || random_get(&second, 8) != 0) return -1;
  return first != second;
}

EXPORT("yield") int32_t yield(void) { return (int32_t)sched_yield(); }
EXPORT("raise") int32_t raise(uint32_t signal) { return (int32_t)proc_raise(signal); }
