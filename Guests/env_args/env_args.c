#include "stdio.h"

typedef struct {
  text *items;
  size_t count;
} texts;

typedef struct {
  struct {
    text name, value;
  } *items;
  size_t count;
} variables;

typedef struct {
  uint8_t present;
  text path;
} optional_path;

IMPORT(WASI("cli/environment"), "get-arguments") void get_arguments(texts *result);
IMPORT(WASI("cli/environment"), "get-environment") void get_environment(variables *result);
IMPORT(WASI("cli/environment"), "initial-cwd") void initial_cwd(optional_path *result);

static bool print_line(uint32_t output, text label, text content) {
  return write_text(output, join(join(label, content), TEXT("\n")));
}

// One line each: "arg TEXT", "env NAME=VALUE", "cwd PATH".
EXPORT(WASI("cli/run") "#run") uint32_t run(void) {
  uint32_t output = get_stdout();
  bool written = true;

  texts arguments;
  get_arguments(&arguments);
  for (size_t i = 0; i < arguments.count; i++) written &= print_line(output, TEXT("arg "), arguments.items[i]);

  variables environment;
  get_environment(&environment);
  for (size_t i = 0; i < environment.count; i++) {
    text name = join(environment.items[i].name, TEXT("="));
    written &= print_line(output, TEXT("env "), join(name, environment.items[i].value));
  }

  optional_path directory;
  initial_cwd(&directory);
  written &= print_line(output, TEXT("cwd "), directory.present ? directory.path : TEXT("none"));
  return !written;
}
