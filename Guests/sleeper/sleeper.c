#include "guest.h"

typedef struct {
  uint32_t *items;
  size_t count;
} indices;

IMPORT(WASI("clocks/monotonic-clock"), "now") uint64_t now(void);
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t subscribe_duration(uint64_t nanoseconds);
IMPORT(WASI("io/poll"), "[method]pollable.block") void block(uint32_t pollable);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void drop_pollable(uint32_t pollable);
IMPORT(WASI("io/poll"), "poll") void poll(const uint32_t *pollables, size_t count, indices *ready);

EXPORT("sleep-ms") uint64_t sleep_ms(uint64_t milliseconds) {
  uint64_t start = now();
  uint32_t timer = subscribe_duration(milliseconds * 1000000);
  block(timer);
  drop_pollable(timer);
  return (now() - start) / 1000000;
}

EXPORT("test-sleep#sleep-ms") uint64_t test_sleep_ms(uint64_t milliseconds) { return sleep_ms(milliseconds); }

EXPORT("sleep-forever") void sleep_forever(uint64_t milliseconds) {
  for (;;) sleep_ms(milliseconds);
}

EXPORT("first-of") indices *first_of(const uint64_t *milliseconds, size_t count) {
  uint32_t *timers = ALLOCATE(uint32_t, count);
  for (size_t i = 0; i < count; i++) timers[i] = subscribe_duration(milliseconds[i] * 1000000);
  indices *ready = ALLOCATE(indices, 1);
  poll(timers, count, ready);
  for (size_t i = 0; i < count; i++) drop_pollable(timers[i]);
  return ready;
}

EXPORT("cabi_post_first-of") void first_of_post_return(indices *ready) {
  (void)ready;
  arena_reset();
}
