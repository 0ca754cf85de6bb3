#include "guest.h"

IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t subscribe_duration(uint64_t nanoseconds);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void drop_pollable(uint32_t pollable);

EXPORT("open-forever") void open_forever(void) {
  for (;;) subscribe_duration(1000000000);
}

EXPORT("open-and-drop") uint32_t open_and_drop(uint32_t count) {
  arena_reset();
  uint32_t *timers = ALLOCATE(uint32_t, count);
  uint32_t highest = 0;
  for (uint32_t i = 0; i < count; i++) {
    timers[i] = subscribe_duration(1000000000);
    if (timers[i] > highest) highest = timers[i];
  }
  for (uint32_t i = 0; i < count; i++) drop_pollable(timers[i]);
  return highest;
}
