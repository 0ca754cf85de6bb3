#include "guest.h"

IMPORT(WASI("cli/stdout"), "get-stdout") uint32_t get_stdout(void);
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t subscribe_duration(uint64_t nanoseconds);
IMPORT(WASI("io/poll"), "[method]pollable.ready") uint32_t ready(uint32_t pollable);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void drop_pollable(uint32_t pollable);
IMPORT(WASI("io/streams"), "[method]output-stream.subscribe") uint32_t subscribe(uint32_t stream);
IMPORT(WASI("io/streams"), "[resource-drop]output-stream") void drop_output_stream(uint32_t stream);

EXPORT("unknown-handle") void unknown_handle(void) { ready(999); }

EXPORT("use-after-drop") void use_after_drop(void) {
  uint32_t timer = subscribe_duration(0);
  drop_pollable(timer);
  ready(timer);
}

EXPORT("drop-twice") void drop_twice(void) {
  uint32_t timer = subscribe_duration(0);
  drop_pollable(timer);
  drop_pollable(timer);
}

EXPORT("wrong-type") void wrong_type(void) { ready(get_stdout()); }

EXPORT("drop-parent") void drop_parent(void) {
  uint32_t output = get_stdout();
  subscribe(output);
  drop_output_stream(output);
}
