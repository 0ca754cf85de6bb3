#include "stdio.h"

typedef struct {
  const void *items;
  size_t count;
} list;

typedef struct {
  uint8_t present;
  text path;
} optional_path;

typedef struct {
  uint8_t present;
  uint32_t handle;
} optional_handle;

typedef struct {
  uint64_t seconds;
  uint32_t nanoseconds;
} moment;

typedef struct {
  uint64_t first, second;
} numbers;

typedef struct {
  uint8_t failed;
  union {
    list content;
    struct {
      uint8_t error;
      uint32_t error_handle;
    };
  };
} read_result;

typedef struct {
  uint8_t failed;
  union {
    uint32_t handle;
    uint8_t error;
  };
} handle_result;

static void reset(void) { arena_reset(); }

EXPORT("call-nothing") uint32_t call_nothing(void) { return 7; }

// Questions and streams.

IMPORT(WASI("cli/environment"), "get-environment") void get_environment(list *result);
EXPORT("environment") list *environment(void) {
  static list result;
  get_environment(&result);
  return &result;
}
EXPORT("cabi_post_environment") void environment_post_return(list *result) { (void)result, reset(); }

IMPORT(WASI("cli/environment"), "get-arguments") void get_arguments(list *result);
EXPORT("arguments") list *arguments(void) {
  static list result;
  get_arguments(&result);
  return &result;
}
EXPORT("cabi_post_arguments") void arguments_post_return(list *result) { (void)result, reset(); }

IMPORT(WASI("cli/environment"), "initial-cwd") void initial_cwd(optional_path *result);
EXPORT("cwd") optional_path *cwd(void) {
  static optional_path result;
  initial_cwd(&result);
  return &result;
}

IMPORT(WASI("filesystem/preopens"), "get-directories") void get_directories(list *result);
EXPORT("directories") uint32_t directories(void) {
  list result;
  get_directories(&result);
  return result.count;
}

IMPORT(WASI("cli/terminal-stdin"), "get-terminal-stdin") void get_terminal_stdin(optional_handle *result);
IMPORT(WASI("cli/terminal-stdout"), "get-terminal-stdout") void get_terminal_stdout(optional_handle *result);
IMPORT(WASI("cli/terminal-stderr"), "get-terminal-stderr") void get_terminal_stderr(optional_handle *result);
EXPORT("terminals") uint8_t *terminals(void) {
  static uint8_t result[3];
  optional_handle input, output, error;
  get_terminal_stdin(&input);
  get_terminal_stdout(&output);
  get_terminal_stderr(&error);
  result[0] = input.present;
  result[1] = output.present;
  result[2] = error.present;
  return result;
}

IMPORT(WASI("cli/stdin"), "get-stdin") uint32_t get_stdin(void);
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-read")
void blocking_read(uint32_t stream, uint64_t length, read_result *result);
EXPORT("read-stdin") void *read_stdin(void) {
  static struct {
    uint8_t present;
    list content;
  } answer;
  read_result result;
  blocking_read(get_stdin(), 4096, &result);
  answer.present = !result.failed;
  if (answer.present) answer.content = result.content;
  return &answer;
}
EXPORT("cabi_post_read-stdin") void read_stdin_post_return(void *result) { (void)result, reset(); }

EXPORT("write-stdout") uint32_t write_stdout(const char *data, size_t length) {
  return write_text(get_stdout(), (text){data, length});
}

EXPORT("write-stderr") uint32_t write_stderr(const char *data, size_t length) {
  return write_text(get_stderr(), (text){data, length});
}

IMPORT(WASI("cli/exit"), "exit") _Noreturn void wasi_exit(uint32_t failed);
EXPORT("leave") void leave(uint32_t failed) { wasi_exit(failed); }

// Calls that need a grant.

IMPORT(WASI("clocks/monotonic-clock"), "now") uint64_t now(void);
EXPORT("monotonic-now") uint64_t monotonic_now(void) { return now(); }

IMPORT(WASI("clocks/monotonic-clock"), "resolution") uint64_t resolution(void);
EXPORT("monotonic-resolution") uint64_t monotonic_resolution(void) { return resolution(); }

IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t subscribe_duration(uint64_t nanoseconds);
IMPORT(WASI("io/poll"), "[method]pollable.block") void block(uint32_t pollable);
EXPORT("wait-ms") void wait_ms(uint64_t milliseconds) { block(subscribe_duration(milliseconds * 1000000)); }

IMPORT(WASI("clocks/wall-clock"), "now") void now_on_the_wall(moment *result);
EXPORT("wall-now") moment *wall_now(void) {
  static moment result;
  now_on_the_wall(&result);
  return &result;
}

IMPORT(WASI("clocks/wall-clock"), "resolution") void resolution_on_the_wall(moment *result);
EXPORT("wall-resolution") moment *wall_resolution(void) {
  static moment result;
  resolution_on_the_wall(&result);
  return &result;
}

IMPORT(WASI("random/random"), "get-random-bytes") void get_random_bytes(uint64_t count, list *result);
EXPORT("random-bytes") list *random_bytes(uint64_t count) {
  static list result;
  get_random_bytes(count, &result);
  return &result;
}
EXPORT("cabi_post_random-bytes") void random_bytes_post_return(list *result) { (void)result, reset(); }

IMPORT(WASI("random/random"), "get-random-u64") uint64_t get_random_u64(void);
EXPORT("random-number") uint64_t random_number(void) { return get_random_u64(); }

IMPORT(WASI("random/insecure"), "get-insecure-random-bytes")
void get_insecure_random_bytes(uint64_t count, list *result);
EXPORT("insecure-bytes") list *insecure_bytes(uint64_t count) {
  static list result;
  get_insecure_random_bytes(count, &result);
  return &result;
}
EXPORT("cabi_post_insecure-bytes") void insecure_bytes_post_return(list *result) { (void)result, reset(); }

IMPORT(WASI("random/insecure"), "get-insecure-random-u64") uint64_t get_insecure_random_u64(void);
EXPORT("insecure-number") uint64_t insecure_number(void) { return get_insecure_random_u64(); }

IMPORT(WASI("random/insecure-seed"), "insecure-seed") void insecure_seed(numbers *result);
EXPORT("seed") numbers *seed(void) {
  static numbers result;
  insecure_seed(&result);
  return &result;
}

IMPORT(WASI("filesystem/types"), "[method]descriptor.sync") void sync(uint32_t descriptor, uint8_t *result);
EXPORT("sync-file") void sync_file(void) {
  uint8_t result[2];
  sync(1, result);
}

IMPORT(WASI("sockets/tcp-create-socket"), "create-tcp-socket") void create_tcp(uint32_t family, handle_result *result);
EXPORT("create-tcp-socket") void create_tcp_socket(void) {
  handle_result result;
  create_tcp(0, &result);
}

IMPORT(WASI("sockets/udp-create-socket"), "create-udp-socket") void create_udp(uint32_t family, handle_result *result);
EXPORT("create-udp-socket") void create_udp_socket(void) {
  handle_result result;
  create_udp(0, &result);
}

IMPORT(WASI("sockets/instance-network"), "instance-network") uint32_t instance_network(void);
EXPORT("open-network") void open_network(void) { instance_network(); }

IMPORT(WASI("sockets/ip-name-lookup"), "resolve-addresses")
void resolve_addresses(uint32_t network, const char *name, size_t length, handle_result *result);
EXPORT("resolve") void resolve(const char *name, size_t length) {
  handle_result result;
  resolve_addresses(instance_network(), name, length, &result);
}

IMPORT(WASI("http/types"), "[constructor]fields") uint32_t make_fields(void);
EXPORT("create-headers") void create_headers(void) { make_fields(); }

// What nobody provides.

IMPORT("acme:missing/thing", "make-up") void missing_make_up(const char *data, size_t length, text *result);
EXPORT("make-up") text *make_up(const char *data, size_t length) {
  static text result;
  missing_make_up(data, length, &result);
  return &result;
}

IMPORT("acme:missing/thing", "[constructor]widget") uint32_t make_widget(uint32_t size);
EXPORT("make-thing") void make_thing(void) { make_widget(3); }
