#include "guest.h"

#define WASI1(name) IMPORT("wasi_snapshot_preview1", name)
typedef struct { const void *data; size_t length; } buffer;
WASI1("args_sizes_get") uint32_t args_sizes_get(size_t *count, size_t *bytes);
WASI1("args_get") uint32_t args_get(char **arguments, char *bytes);
WASI1("fd_write") uint32_t fd_write(uint32_t descriptor, const buffer *buffers, size_t count, size_t *written);
WASI1("clock_time_get") uint32_t clock_time_get(uint32_t clock, uint64_t precision, uint64_t *result);
WASI1("random_get") uint32_t random_get(void *data, size_t length);
WASI1("proc_exit") _Noreturn void proc_exit(uint32_t code);

WASI1("fd_read") uint32_t fd_read(uint32_t descriptor, const buffer *buffers, size_t count, size_t *read);
WASI1("fd_close") uint32_t fd_close(uint32_t descriptor);
WASI1("fd_filestat_get") uint32_t fd_filestat_get(uint32_t descriptor, uint64_t *status);
WASI1("fd_readdir") uint32_t fd_readdir(uint32_t descriptor, void *data, size_t length, uint64_t cookie, size_t *used);
WASI1("path_open")
uint32_t path_open(
    uint32_t directory, uint32_t flags, const char *path, size_t length, uint32_t open_flags, uint64_t rights,
    uint64_t inheriting, uint32_t descriptor_flags, uint32_t *result);

enum { DIRECTORY = 3 };
static const uint64_t reading = 1ull << 1 | 1ull << 2 | 1ull << 21;

static char chunk[65536];

// The file `bench` of the first directory, from its beginning to its end.
static bool read_file(uint64_t *sum) {
  uint32_t file;
  if (path_open(DIRECTORY, 0, "bench", 5, 0, reading, 0, 0, &file) != 0) return false;
  size_t count = 1;
  while (count > 0) {
    buffer part = {chunk, sizeof chunk};
    if (fd_read(file, &part, 1, &count) != 0) return false;
    *sum += count;
  }
  return fd_close(file) == 0;
}

typedef struct { uint64_t next, inode; uint32_t length, type; } entry;

// Opens and asks about every file of the first directory, in the order of its list.
static bool visit_files(uint64_t *sum) {
  uint64_t cookie = 0;
  size_t used = sizeof chunk;
  while (used == sizeof chunk) {
    if (fd_readdir(DIRECTORY, chunk, sizeof chunk, cookie, &used) != 0) return false;
    for (size_t place = 0; place + sizeof(entry) <= used;) {
      entry item;
      memcpy(&item, chunk + place, sizeof item);
      const char *name = chunk + place + sizeof item;
      if (place + sizeof item + item.length > used) break;
      place += sizeof item + item.length;
      cookie = item.next;
      if (item.length > 0 && name[0] == '.') continue;
      uint32_t file;
      uint64_t status[8];
      if (path_open(DIRECTORY, 0, name, item.length, 0, reading, 0, 0, &file) != 0) return false;
      if (fd_filestat_get(file, status) != 0 || fd_close(file) != 0) return false;
      *sum += status[4];
    }
  }
  return true;
}
static char *arguments[16];
static char bytes[1024];

static text argument(size_t place) {
  size_t length = 0;
  while (arguments[place][length] != 0) length++;
  return (text){arguments[place], length};
}

static bool write_all(const char *data, size_t length) {
  while (length > 0) {
    buffer part = {data, length};
    size_t written;
    if (fd_write(1, &part, 1, &written) != 0) return false;
    data += written;
    length -= written;
  }
  return true;
}

EXPORT("_start") void start(void) {
  size_t words, size;
  args_sizes_get(&words, &size);
  if (words < 3 || words > 16 || size > sizeof bytes) proc_exit(2);
  args_get(arguments, bytes);
  text mode = argument(1), number = argument(2);
  uint64_t count = 0, sum = 0;
  for (size_t i = 0; i < number.length; i++) count = count * 10 + (uint64_t)(number.data[i] - '0');
  bool succeeds = true;
  for (uint64_t i = 0; i < count && succeeds; i++) {
    if (equal(mode, TEXT("stream"))) {
      succeeds = write_all(chunk, sizeof chunk);
    } else if (equal(mode, TEXT("small"))) {
      succeeds = write_all("abc\n", 4);
    } else if (equal(mode, TEXT("read"))) {
      succeeds = read_file(&sum);
    } else if (equal(mode, TEXT("files"))) {
      succeeds = visit_files(&sum);
    } else if (equal(mode, TEXT("clock"))) {
      uint64_t time;
      succeeds = clock_time_get(1, 1, &time) == 0;
      sum ^= time;
    } else if (equal(mode, TEXT("random"))) {
      uint64_t value;
      succeeds = random_get(&value, sizeof value) == 0;
      sum ^= value;
    } else if (equal(mode, TEXT("random-bytes"))) {
      succeeds = random_get(chunk, 4096) == 0;
    } else {
      succeeds = false;
    }
  }
  if (!succeeds || sum == 1) proc_exit(1);
}

