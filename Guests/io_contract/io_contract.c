#include "guest.h"

typedef struct { uint8_t failed; union { uint64_t number; struct { uint8_t error; uint32_t handle; }; }; } long_result;
typedef struct { uint8_t failed; struct { uint8_t error; uint32_t handle; }; } unit_result;
typedef struct { uint8_t failed; union { text content; struct { uint8_t error; uint32_t handle; }; }; } read_result;
typedef struct { uint8_t present; uint32_t handle; } optional_handle;
typedef struct { const uint32_t *items; size_t count; } indices;
typedef struct { uint64_t seconds; uint32_t nanoseconds; } moment;
typedef struct { const text *items; size_t count; } texts;

#define STREAMS(name) IMPORT(WASI("io/streams"), name)
STREAMS("[method]input-stream.read") void read_some(uint32_t stream, uint64_t count, read_result *result);
STREAMS("[method]input-stream.blocking-read") void read_blocking(uint32_t stream, uint64_t count, read_result *result);
STREAMS("[method]input-stream.skip") void skip(uint32_t stream, uint64_t count, long_result *result);
STREAMS("[method]input-stream.blocking-skip") void skip_blocking(uint32_t stream, uint64_t count, long_result *result);
STREAMS("[method]input-stream.subscribe") uint32_t subscribe_input(uint32_t stream);
STREAMS("[resource-drop]input-stream") void drop_input(uint32_t stream);
STREAMS("[method]output-stream.check-write") void check_write(uint32_t stream, long_result *result);
STREAMS("[method]output-stream.write") void write_some(uint32_t stream, const void *data, size_t length, unit_result *result);
STREAMS("[method]output-stream.blocking-write-and-flush")
void write_blocking(uint32_t stream, const void *data, size_t length, unit_result *result);
STREAMS("[method]output-stream.flush") void flush(uint32_t stream, unit_result *result);
STREAMS("[method]output-stream.blocking-flush") void flush_blocking(uint32_t stream, unit_result *result);
STREAMS("[method]output-stream.write-zeroes") void write_zeroes(uint32_t stream, uint64_t count, unit_result *result);
STREAMS("[method]output-stream.blocking-write-zeroes-and-flush")
void zeroes_blocking(uint32_t stream, uint64_t count, unit_result *result);
STREAMS("[method]output-stream.splice") void splice(uint32_t stream, uint32_t source, uint64_t count, long_result *result);
STREAMS("[method]output-stream.blocking-splice")
void splice_blocking(uint32_t stream, uint32_t source, uint64_t count, long_result *result);
STREAMS("[method]output-stream.subscribe") uint32_t subscribe_output(uint32_t stream);
STREAMS("[resource-drop]output-stream") void drop_output(uint32_t stream);
IMPORT(WASI("io/error"), "[method]error.to-debug-string") void to_debug_string(uint32_t error, text *result);
IMPORT(WASI("io/error"), "[resource-drop]error") void drop_error(uint32_t error);
IMPORT(WASI("io/poll"), "[method]pollable.ready") uint32_t is_ready(uint32_t pollable);
IMPORT(WASI("io/poll"), "[method]pollable.block") void block(uint32_t pollable);
IMPORT(WASI("io/poll"), "poll") void poll(const uint32_t *pollables, size_t count, indices *ready);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void drop_pollable(uint32_t pollable);
IMPORT(WASI("cli/stdin"), "get-stdin") uint32_t get_stdin(void);
IMPORT(WASI("cli/stdout"), "get-stdout") uint32_t get_stdout(void);
IMPORT(WASI("cli/terminal-stdout"), "get-terminal-stdout") void get_terminal(optional_handle *result);
IMPORT(WASI("cli/terminal-output"), "[resource-drop]terminal-output") void drop_terminal(uint32_t terminal);
IMPORT(WASI("clocks/monotonic-clock"), "now") uint64_t now(void);
IMPORT(WASI("clocks/monotonic-clock"), "resolution") uint64_t resolution(void);
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-instant") uint32_t subscribe_instant(uint64_t when);
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t subscribe_duration(uint64_t nanoseconds);
IMPORT(WASI("clocks/wall-clock"), "now") void wall_now(moment *result);
IMPORT(WASI("clocks/wall-clock"), "resolution") void wall_resolution(moment *result);
IMPORT(WASI("random/random"), "get-random-bytes") void random_bytes(uint64_t count, text *result);
IMPORT(WASI("random/random"), "get-random-u64") uint64_t random_number(void);
IMPORT(WASI("random/insecure"), "get-insecure-random-bytes") void insecure_bytes(uint64_t count, text *result);
IMPORT(WASI("random/insecure"), "get-insecure-random-u64") uint64_t insecure_number(void);
IMPORT(WASI("random/insecure-seed"), "insecure-seed") void insecure_seed(uint64_t result[2]);

static text outcome;

static text *failed_line(int line) {
  outcome = join(TEXT("line "), decimal((uint64_t)line));
  return &outcome;
}

#define CHECK(condition) do { if (!(condition)) return failed_line(__LINE__); } while (0)
#define PASSED return outcome = TEXT(""), &outcome

EXPORT("streams") text *streams(void) {
  uint32_t input = get_stdin(), output = get_stdout();
  read_result part;
  long_result number;
  unit_result done;
  optional_handle terminal;
  get_terminal(&terminal);
  CHECK(!terminal.present);

  // Reading: nothing is no error, the end is `closed`, again and again.
  uint32_t readable = subscribe_input(input);
  CHECK(is_ready(readable));
  drop_pollable(readable);
  read_some(input, 0, &part);
  CHECK(!part.failed && part.content.length == 0);
  read_blocking(input, 0, &part);
  CHECK(!part.failed && part.content.length == 0);
  read_some(input, 2, &part);
  CHECK(!part.failed && equal(part.content, TEXT("01")));
  skip(input, 1, &number);
  CHECK(!number.failed && number.number == 1);
  skip_blocking(input, 2, &number);
  CHECK(!number.failed && number.number == 2);
  read_blocking(input, 1, &part);
  CHECK(!part.failed && equal(part.content, TEXT("5")));

  // Writing: what is permitted, and from one stream to the other.
  check_write(output, &number);
  CHECK(!number.failed && number.number >= 100);
  write_some(output, "a", 1, &done);
  CHECK(!done.failed);
  write_zeroes(output, 2, &done);
  CHECK(!done.failed);
  write_some(output, "", 0, &done);
  CHECK(!done.failed);
  flush(output, &done);
  CHECK(!done.failed);
  flush_blocking(output, &done);
  CHECK(!done.failed);
  write_blocking(output, "b", 1, &done);
  CHECK(!done.failed);
  zeroes_blocking(output, 1, &done);
  CHECK(!done.failed);
  splice(output, input, 2, &number);
  CHECK(!number.failed && number.number == 2);
  splice_blocking(output, input, 1, &number);
  CHECK(!number.failed && number.number == 1);
  splice(output, input, 0, &number);
  CHECK(!number.failed && number.number == 0);
  uint32_t writable = subscribe_output(output);
  block(writable);
  CHECK(is_ready(writable));
  drop_pollable(writable);

  read_some(input, ~0ull, &part);
  CHECK(!part.failed && equal(part.content, TEXT("9")));
  for (int again = 0; again < 2; again++) {
    read_some(input, 1, &part);
    CHECK(part.failed && part.error == 1);
    read_blocking(input, 1, &part);
    CHECK(part.failed && part.error == 1);
    skip(input, 1, &number);
    CHECK(number.failed && number.error == 1);
    splice_blocking(output, input, 1, &number);
    CHECK(number.failed && number.error == 1);
  }
  readable = subscribe_input(input);
  CHECK(is_ready(readable));
  drop_pollable(readable);
  drop_input(input);
  drop_output(output);
  PASSED;
}

EXPORT("clocks") text *clocks(void) {
  moment time;
  uint64_t start = now();
  CHECK(now() >= start && resolution() > 0);
  wall_now(&time);
  CHECK(time.seconds > 1000000000 && time.nanoseconds < 1000000000);
  wall_resolution(&time);
  CHECK(time.seconds > 0 || time.nanoseconds > 0);
  uint32_t past = subscribe_instant(0), none = subscribe_duration(0), soon = subscribe_duration(1000000);
  uint32_t never = subscribe_duration(~0ull), later = subscribe_instant(start + 3000000);
  CHECK(is_ready(past) && is_ready(none) && !is_ready(never));
  block(past);
  block(soon);
  CHECK(now() >= start + 1000000);
  indices ready;
  uint32_t both[2] = {never, later};
  poll(both, 2, &ready);
  CHECK(ready.count == 1 && ready.items[0] == 1 && now() >= start + 3000000);
  uint32_t all[4] = {never, past, never, none};
  poll(all, 4, &ready);
  CHECK(ready.count == 2 && ready.items[0] == 1 && ready.items[1] == 3);
  drop_pollable(past);
  drop_pollable(none);
  drop_pollable(soon);
  drop_pollable(never);
  drop_pollable(later);
  PASSED;
}

static bool varies(text bytes) {
  for (size_t place = 1; place < bytes.length; place++) {
    if (bytes.data[place] != bytes.data[0]) return true;
  }
  return false;
}

EXPORT("random") text *random_contract(void) {
  text bytes;
  uint64_t seed[2];
  random_bytes(0, &bytes);
  CHECK(bytes.length == 0);
  random_bytes(64, &bytes);
  CHECK(bytes.length == 64 && varies(bytes));
  random_bytes(100000, &bytes);
  CHECK(bytes.length == 100000 && varies(bytes));
  insecure_bytes(64, &bytes);
  CHECK(bytes.length == 64 && varies(bytes));
  uint64_t first = random_number();
  bool differs = false;
  for (int draw = 0; draw < 200; draw++) differs |= random_number() != first;
  CHECK(differs && insecure_number() != insecure_number());
  insecure_seed(seed);
  CHECK(seed[0] != seed[1]);
  PASSED;
}

static text items[8];
static size_t count;

static void note(uint8_t failed, uint8_t error, uint32_t handle) {
  if (!failed) {
    items[count++] = TEXT("ok");
  } else if (error == 1) {
    items[count++] = TEXT("closed");
  } else {
    to_debug_string(handle, &items[count++]);
    drop_error(handle);
  }
}

EXPORT("write-errors") texts *write_errors(void) {
  static texts result;
  uint32_t output = get_stdout();
  long_result number;
  unit_result done;
  count = 0;
  check_write(output, &number);
  note(number.failed, number.error, number.handle);
  write_some(output, "x", 1, &done);
  note(done.failed, done.error, done.handle);
  flush(output, &done);
  note(done.failed, done.error, done.handle);
  write_blocking(output, "y", 1, &done);
  note(done.failed, done.error, done.handle);
  check_write(output, &number);
  note(number.failed, number.error, number.handle);
  zeroes_blocking(output, 1, &done);
  note(done.failed, done.error, done.handle);
  uint32_t writable = subscribe_output(output);
  items[count++] = is_ready(writable) ? TEXT("ready") : TEXT("not ready");
  drop_pollable(writable);
  drop_output(output);
  result = (texts){items, count};
  return &result;
}

EXPORT("splice-all") uint64_t splice_all(void) {
  uint32_t input = get_stdin(), output = get_stdout();
  uint64_t total = 0;
  long_result moved;
  unit_result done;
  for (;;) {
    splice_blocking(output, input, ~0ull, &moved);
    if (moved.failed) break;
    total += moved.number;
  }
  flush_blocking(output, &done);
  return total;
}

EXPORT("poll-many") uint32_t poll_many(uint32_t entries) {
  uint32_t never = subscribe_duration(~0ull), past = subscribe_instant(0);
  uint32_t *list = ALLOCATE(uint32_t, entries);
  for (uint32_t place = 0; place < entries; place++) list[place] = place % 2 ? past : never;
  indices ready;
  poll(list, entries, &ready);
  return (uint32_t)ready.count;
}

EXPORT("stdin-or-timer") uint32_t stdin_or_timer(uint64_t milliseconds) {
  uint32_t both[2] = {subscribe_input(get_stdin()), subscribe_duration(milliseconds * 1000000)};
  indices ready;
  poll(both, 2, &ready);
  return ready.items[0];
}

EXPORT("write-unpermitted") void write_unpermitted(void) {
  unit_result done;
  write_some(get_stdout(), "x", 1, &done);
}

EXPORT("write-zeroes-unpermitted") void write_zeroes_unpermitted(void) {
  uint32_t output = get_stdout();
  long_result permit;
  unit_result done;
  check_write(output, &permit);
  write_zeroes(output, permit.number + 1, &done);
}

static char long_data[4097];

EXPORT("blocking-write-too-long") void blocking_write_too_long(void) {
  unit_result done;
  write_blocking(get_stdout(), long_data, sizeof long_data, &done);
}

EXPORT("blocking-zeroes-too-long") void blocking_zeroes_too_long(void) {
  unit_result done;
  zeroes_blocking(get_stdout(), 4097, &done);
}

EXPORT("poll-nothing") void poll_nothing(void) {
  indices ready;
  poll((const uint32_t *)long_data, 0, &ready);
}

EXPORT("drop-stream-before-pollable") void drop_stream_before_pollable(void) {
  uint32_t output = get_stdout();
  subscribe_output(output);
  drop_output(output);
}

EXPORT("random-too-much") void random_too_much(void) {
  text bytes;
  random_bytes(1ull << 32, &bytes);
}
