// wasi:filesystem 0.2 as core functions: results stand in memory, in the layout of the canonical ABI.
#ifndef FILES_H
#define FILES_H

#include "guest.h"

#define TYPES WASI("filesystem/types")
#define METHOD(name) IMPORT(TYPES, "[method]descriptor." name)

// result<_, error-code>, and results whose payload is one byte.
typedef struct {
  uint8_t failed, value;
} small_result;

// result<own<...>, error-code>
typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    uint32_t handle;
  };
} handle_result;

// result<u64, error-code>
typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    uint64_t value;
  };
} size_result;

typedef struct {
  uint8_t present;
  uint64_t seconds;
  uint32_t nanoseconds;
} optional_time;

typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    struct {
      uint8_t type;
      uint64_t links, size;
      optional_time accessed, modified, changed;
    };
  };
} stat_result;

typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    uint64_t half[2];
  };
} hash_result;

typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    struct {
      text bytes;
      uint8_t at_end;
    };
  };
} read_result;

typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    text content;
  };
} text_result;

typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    struct {
      uint8_t present;
      struct {
        uint8_t type;
        text name;
      } value;
    } entry;
  };
} entry_result;

// result<..., stream-error>
typedef struct {
  uint8_t failed;
  union {
    struct {
      uint8_t error;
      uint32_t error_handle;
    };
    text content;
  };
} stream_result;

typedef struct {
  uint8_t failed;
  union {
    struct {
      uint8_t error;
      uint32_t error_handle;
    };
    uint64_t permit;
  };
} permit_result;

typedef struct {
  struct {
    uint32_t handle;
    text path;
  } *items;
  size_t count;
} preopens;

typedef struct {
  const void *items;
  size_t count;
} list;

IMPORT(WASI("filesystem/preopens"), "get-directories") void get_directories(preopens *result);
METHOD("open-at")
void wasi_open_at(uint32_t, uint32_t, const char *, size_t, uint32_t, uint32_t, handle_result *);
METHOD("stat") void wasi_stat(uint32_t, stat_result *);
METHOD("read-via-stream") void wasi_read_via_stream(uint32_t, uint64_t, handle_result *);
METHOD("read-directory") void wasi_read_directory(uint32_t, handle_result *);
IMPORT(TYPES, "[method]directory-entry-stream.read-directory-entry")
void wasi_read_entry(uint32_t, entry_result *);
IMPORT(TYPES, "[resource-drop]directory-entry-stream") void wasi_drop_entries(uint32_t);
IMPORT(TYPES, "[resource-drop]descriptor") void wasi_drop(uint32_t);
IMPORT(TYPES, "filesystem-error-code") void wasi_error_code(uint32_t, small_result *);
IMPORT(WASI("io/error"), "[resource-drop]error") void wasi_drop_error(uint32_t);
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-read")
void wasi_blocking_read(uint32_t, uint64_t, stream_result *);
IMPORT(WASI("io/streams"), "[resource-drop]input-stream") void wasi_drop_input(uint32_t);

// -1 minus the error code.
static inline int64_t outcome(const small_result *result) { return result->failed ? -1 - (int64_t)result->value : 0; }
static inline int64_t handle_of(const handle_result *result) {
  return result->failed ? -1 - (int64_t)result->error : (int64_t)result->handle;
}
static inline int64_t size_of(const size_result *result) {
  return result->failed ? -1 - (int64_t)result->error : (int64_t)result->value;
}

// Of a stream: -100 when it is closed, else -200 minus the error code of the filesystem.
static inline int64_t stream_failure(uint8_t closed, uint32_t handle) {
  if (closed) return -100;
  small_result code;
  wasi_error_code(handle, &code);
  wasi_drop_error(handle);
  return code.failed ? -200 - (int64_t)code.value : -300;
}

#endif
