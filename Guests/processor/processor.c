// Reads a table from a mounted directory, and writes a summary into another one.
#include "stdio.h"

#define METHOD(name) IMPORT(WASI("filesystem/types"), "[method]descriptor." name)
enum { FOLLOW = 1, CREATE = 1, TRUNCATE = 8, READ = 1, WRITE = 2 };

typedef struct { text *items; size_t count; } texts;
typedef struct { struct { text name, value; } *items; size_t count; } variables;
typedef struct { struct { uint32_t handle; text path; } *items; size_t count; } directories;
typedef struct { uint8_t failed; union { uint8_t error; uint32_t handle; }; } handle_result;
typedef struct { uint8_t failed; union { uint8_t error; struct { text bytes; uint8_t at_end; }; }; } read_result;
typedef struct { uint8_t failed; union { uint8_t error; uint64_t count; }; } size_result;
typedef struct { uint8_t failed; union { uint32_t rows; text message; }; } summary;

IMPORT(WASI("cli/environment"), "get-arguments") void get_arguments(texts *result);
IMPORT(WASI("cli/environment"), "get-environment") void get_environment(variables *result);
IMPORT(WASI("filesystem/preopens"), "get-directories") void get_directories(directories *result);
METHOD("open-at") void open_at(uint32_t, uint32_t, const char *, size_t, uint32_t, uint32_t, handle_result *);
METHOD("read") void read_at(uint32_t, uint64_t, uint64_t, read_result *);
METHOD("write") void write_at(uint32_t, const char *, size_t, uint64_t, size_result *);
IMPORT(WASI("filesystem/types"), "[resource-drop]descriptor") void drop_descriptor(uint32_t);

static summary result;

static summary *failure(text message, text subject) {
  result.failed = 1;
  result.message = join(message, subject);
  return &result;
}

// Opens an absolute path in the directory that it begins with.
static bool open_path(text path, uint32_t open_flags, uint32_t flags, uint32_t *file) {
  directories given;
  get_directories(&given);
  for (size_t i = 0; i < given.count; i++) {
    text root = given.items[i].path;
    if (path.length <= root.length + 1 || path.data[root.length] != '/') continue;
    if (!equal((text){path.data, root.length}, root)) continue;
    handle_result opened;
    open_at(given.items[i].handle, FOLLOW, path.data + root.length + 1, path.length - root.length - 1, open_flags, flags, &opened);
    *file = opened.handle;
    return !opened.failed;
  }
  return false;
}

EXPORT("process") summary *process(void) {
  text input = {0}, form = TEXT("csv");
  texts arguments;
  get_arguments(&arguments);
  for (size_t i = 1; i + 1 < arguments.count; i++) {
    if (equal(arguments.items[i], TEXT("--input"))) input = arguments.items[i + 1];
  }
  variables environment;
  get_environment(&environment);
  for (size_t i = 0; i < environment.count; i++) {
    if (equal(environment.items[i].name, TEXT("OUTPUT_FORMAT"))) form = environment.items[i].value;
  }
  if (input.length == 0) return failure(TEXT("say which file to read: --input "), TEXT("PATH"));

  uint32_t file;
  if (!open_path(input, 0, READ, &file)) return failure(TEXT("cannot open "), input);
  uint64_t rows = 0, sum = 0, cell = 0, offset = 0;
  for (;;) {
    read_result part;
    read_at(file, 4096, offset, &part);
    if (part.failed) return failure(TEXT("cannot read "), input);
    offset += part.bytes.length;
    for (size_t i = 0; i < part.bytes.length; i++) {
      char letter = part.bytes.data[i];
      if (letter == '\n') {
        rows++;
        sum += cell;
      }
      cell = letter >= '0' && letter <= '9' ? cell * 10 + (uint64_t)(letter - '0') : 0;
    }
    if (part.at_end) break;
  }
  drop_descriptor(file);

  text path = join(TEXT("/output/summary."), form), content;
  if (equal(form, TEXT("json"))) {
    content = join(join(join(TEXT("{\"rows\": "), decimal(rows)), join(TEXT(", \"sum\": "), decimal(sum))), TEXT("}\n"));
  } else if (equal(form, TEXT("csv"))) {
    content = join(join(TEXT("rows,sum\n"), decimal(rows)), join(join(TEXT(","), decimal(sum)), TEXT("\n")));
  } else {
    return failure(TEXT("OUTPUT_FORMAT is csv or json, not "), form);
  }
  if (!open_path(path, CREATE | TRUNCATE, WRITE, &file)) return failure(TEXT("cannot create "), path);
  size_result written;
  write_at(file, content.data, content.length, 0, &written);
  drop_descriptor(file);
  if (written.failed || written.count != content.length) return failure(TEXT("cannot write "), path);

  text line = join(join(decimal(rows), TEXT(" rows, ")), join(path, TEXT("\n")));
  if (!write_text(get_stdout(), line)) return failure(TEXT("cannot write to "), TEXT("stdout"));
  result.failed = 0;
  result.rows = (uint32_t)rows;
  return &result;
}
EXPORT("cabi_post_process") void process_done(summary *unused) {
  (void)unused;
  arena_reset();
}
