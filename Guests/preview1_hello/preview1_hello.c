#include "guest.h"

IMPORT("wasi_snapshot_preview1", "fd_write")
int32_t fd_write(int32_t descriptor, const text *buffers, size_t count, size_t *written);
IMPORT("wasi_snapshot_preview1", "proc_exit") _Noreturn void proc_exit(int32_t code);

EXPORT("_start") void start(void) {
  text message = TEXT("Hello from preview 1\n");
  size_t written = 0;
  int32_t error = fd_write(1, &message, 1, &written);
  if (error != 0 || written != message.length) proc_exit(1);
}

EXPORT("exit-with") void exit_with(int32_t code) { proc_exit(code); }
