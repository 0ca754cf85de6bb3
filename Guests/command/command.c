#include "stdio.h"

typedef struct {
  text *items;
  size_t count;
} texts;

IMPORT(WASI("cli/environment"), "get-arguments") void get_arguments(texts *result);

// Says hello; an argument "fail" makes the result an error.
EXPORT(WASI("cli/run") "#run") uint32_t run(void) {
  bool failed = !write_text(get_stdout(), TEXT("Hello from a command\n"));
  texts arguments;
  get_arguments(&arguments);
  for (size_t i = 0; i < arguments.count; i++) failed |= equal(arguments.items[i], TEXT("fail"));
  return failed;
}
