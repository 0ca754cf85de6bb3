#include "stdio.h"

typedef struct { const text *items; size_t count; } texts;
typedef struct { uint8_t failed; uint64_t permit; } permit_result;

IMPORT(WASI("cli/environment"), "get-arguments") void get_arguments(texts *result);
IMPORT(WASI("clocks/monotonic-clock"), "now") uint64_t now(void);
IMPORT(WASI("random/random"), "get-random-u64") uint64_t random_number(void);
IMPORT(WASI("random/random"), "get-random-bytes") void random_bytes(uint64_t count, text *result);
IMPORT(WASI("io/streams"), "[method]output-stream.check-write") void check_write(uint32_t stream, permit_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.write")
void write_some(uint32_t stream, const char *data, size_t length, write_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-flush") void blocking_flush(uint32_t stream, write_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.subscribe") uint32_t subscribe(uint32_t stream);
IMPORT(WASI("io/poll"), "[method]pollable.block") void block(uint32_t pollable);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void drop_pollable(uint32_t pollable);

#define METHOD(name) IMPORT(WASI("filesystem/types"), "[method]descriptor." name)
typedef struct { struct { uint32_t handle; text path; } *items; size_t count; } directories;
typedef struct { uint8_t failed; union { uint8_t error; uint32_t handle; }; } handle_result;
typedef struct { uint8_t failed; union { text bytes; uint8_t error; }; } bytes_result;
typedef struct {
  uint8_t failed;
  union { uint8_t error; struct { uint8_t present; struct { uint8_t type; text name; } value; } entry; };
} entry_result;
typedef struct { uint8_t failed; union { uint8_t error; uint64_t words[14]; }; } stat_result;
IMPORT(WASI("filesystem/preopens"), "get-directories") void get_directories(directories *result);
METHOD("open-at") void open_at(uint32_t, uint32_t, const char *, size_t, uint32_t, uint32_t, handle_result *);
METHOD("stat") void status(uint32_t, stat_result *);
METHOD("read-via-stream") void read_via_stream(uint32_t, uint64_t, handle_result *);
METHOD("read-directory") void read_directory(uint32_t, handle_result *);
IMPORT(WASI("filesystem/types"), "[method]directory-entry-stream.read-directory-entry")
void read_entry(uint32_t, entry_result *);
IMPORT(WASI("filesystem/types"), "[resource-drop]directory-entry-stream") void drop_entries(uint32_t);
IMPORT(WASI("filesystem/types"), "[resource-drop]descriptor") void drop_descriptor(uint32_t);
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-read") void read_blocking(uint32_t, uint64_t, bytes_result *);
IMPORT(WASI("io/streams"), "[resource-drop]input-stream") void drop_input(uint32_t);

static char chunk[65536];

// The file `bench` of the first directory, from its beginning to its end.
static bool read_file(uint32_t directory, uint64_t *sum) {
  handle_result file, stream;
  open_at(directory, 0, "bench", 5, 0, 1, &file);
  if (file.failed) return false;
  read_via_stream(file.handle, 0, &stream);
  if (stream.failed) return false;
  for (;;) {
    bytes_result part;
    read_blocking(stream.handle, sizeof chunk, &part);
    if (part.failed) break;
    *sum += part.bytes.length;
    arena_reset();
  }
  drop_input(stream.handle);
  drop_descriptor(file.handle);
  return true;
}

// Opens and asks about every file of the first directory, in the order of its list.
static bool visit_files(uint32_t directory, uint64_t *sum) {
  handle_result list;
  read_directory(directory, &list);
  if (list.failed) return false;
  for (;;) {
    entry_result next;
    read_entry(list.handle, &next);
    if (next.failed) return false;
    if (!next.entry.present) break;
    handle_result file;
    open_at(directory, 0, next.entry.value.name.data, next.entry.value.name.length, 0, 1, &file);
    if (file.failed) return false;
    stat_result about;
    status(file.handle, &about);
    if (about.failed) return false;
    *sum += about.words[2];
    drop_descriptor(file.handle);
    arena_reset();
  }
  drop_entries(list.handle);
  return true;
}

// 64 KiB, as the permits allow.
static bool write_chunk(uint32_t stream) {
  size_t done = 0;
  while (done < sizeof chunk) {
    permit_result permit;
    check_write(stream, &permit);
    if (permit.failed) return false;
    if (permit.permit == 0) {
      uint32_t room = subscribe(stream);
      block(room);
      drop_pollable(room);
      continue;
    }
    size_t count = sizeof chunk - done;
    if (permit.permit < count) count = (size_t)permit.permit;
    write_result result;
    write_some(stream, chunk + done, count, &result);
    if (result.failed) return false;
    done += count;
  }
  return true;
}

EXPORT("wasi:cli/run@0.2.0#run") uint32_t run(void) {
  texts arguments;
  get_arguments(&arguments);
  if (arguments.count < 3) return 1;
  text mode = arguments.items[1];
  uint64_t count = 0, sum = 0;
  for (size_t i = 0; i < arguments.items[2].length; i++) count = count * 10 + (uint64_t)(arguments.items[2].data[i] - '0');
  uint32_t out = get_stdout();
  write_result result = {0};
  if (equal(mode, TEXT("stream"))) {
    for (uint64_t i = 0; i < count; i++) {
      if (!write_chunk(out)) return 1;
    }
    blocking_flush(out, &result);
  } else if (equal(mode, TEXT("small"))) {
    for (uint64_t i = 0; i < count && !result.failed; i++) blocking_write_and_flush(out, "abc\n", 4, &result);
  } else if (equal(mode, TEXT("read")) || equal(mode, TEXT("files"))) {
    directories given;
    get_directories(&given);
    if (given.count == 0) return 1;
    uint32_t directory = given.items[0].handle;
    bool is_read = equal(mode, TEXT("read"));
    for (uint64_t i = 0; i < count && !result.failed; i++) {
      result.failed = !(is_read ? read_file(directory, &sum) : visit_files(directory, &sum));
    }
  } else if (equal(mode, TEXT("clock"))) {
    for (uint64_t i = 0; i < count; i++) sum ^= now();
  } else if (equal(mode, TEXT("random"))) {
    for (uint64_t i = 0; i < count; i++) sum ^= random_number();
  } else if (equal(mode, TEXT("random-bytes"))) {
    for (uint64_t i = 0; i < count; i++) {
      text bytes;
      random_bytes(4096, &bytes);
      sum ^= (uint64_t)bytes.data[i % 4096];
      arena_reset();
    }
  } else {
    return 1;
  }
  // Not in vain.
  if (sum == 1) write_text(get_stderr(), TEXT("unlikely\n"));
  return result.failed;
}
