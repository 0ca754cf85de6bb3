#include "guest.h"

IMPORT(WASI("cli/exit"), "exit") _Noreturn void wasi_exit(uint32_t failed);
IMPORT(WASI("cli/exit"), "exit-with-code") _Noreturn void wasi_exit_with_code(uint32_t code);

EXPORT("exit") void exit_method(uint32_t failed) { wasi_exit(failed); }

EXPORT("exit-with-code") void exit_with_code_method(uint32_t code) { wasi_exit_with_code(code); }
