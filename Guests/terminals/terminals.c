#include "guest.h"

typedef struct {
  uint8_t present;
  uint32_t handle;
} terminal;

IMPORT(WASI("cli/terminal-stdin"), "get-terminal-stdin") void get_terminal_stdin(terminal *result);
IMPORT(WASI("cli/terminal-stdout"), "get-terminal-stdout") void get_terminal_stdout(terminal *result);
IMPORT(WASI("cli/terminal-stderr"), "get-terminal-stderr") void get_terminal_stderr(terminal *result);
IMPORT(WASI("cli/terminal-input"), "[resource-drop]terminal-input") void drop_input(uint32_t handle);
IMPORT(WASI("cli/terminal-output"), "[resource-drop]terminal-output") void drop_output(uint32_t handle);

EXPORT("terminals") uint32_t terminals(void) {
  terminal input, output, errors;
  get_terminal_stdin(&input);
  get_terminal_stdout(&output);
  get_terminal_stderr(&errors);
  if (input.present) drop_input(input.handle);
  if (output.present) drop_output(output.handle);
  if (errors.present) drop_output(errors.handle);
  return (uint32_t)(input.present | output.present << 1 | errors.present << 2);
}

EXPORT("drop-twice") void drop_twice(void) {
  terminal output;
  get_terminal_stdout(&output);
  drop_output(output.handle);
  drop_output(output.handle);
}
