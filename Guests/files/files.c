#include "files.h"

// One export for each function; what a function does is the host's to say.

#define CALL(type, function, ...) \
  type result;                    \
  function(__VA_ARGS__, &result)

EXPORT("directories") list *directories(void) {
  static list answer;
  preopens found;
  get_directories(&found);
  text *paths = ALLOCATE(text, found.count);
  for (size_t i = 0; i < found.count; i++) {
    paths[i] = found.items[i].path;
    wasi_drop(found.items[i].handle);
  }
  answer = (list){paths, found.count};
  return &answer;
}
EXPORT("cabi_post_directories") void post_directories(list *answer) { (void)answer, arena_reset(); }

EXPORT("directory") int64_t directory(uint32_t index) {
  preopens found;
  get_directories(&found);
  int64_t answer = -1;
  for (size_t i = 0; i < found.count; i++) {
    if (i == index) {
      answer = found.items[i].handle;
    } else {
      wasi_drop(found.items[i].handle);
    }
  }
  arena_reset();
  return answer;
}

EXPORT("drop-descriptor") void drop_descriptor(uint32_t descriptor) { wasi_drop(descriptor); }

EXPORT("open-at")
int64_t open_at(uint32_t at, uint32_t follow, const char *path, size_t length, uint32_t open, uint32_t flags) {
  CALL(handle_result, wasi_open_at, at, follow, path, length, open, flags);
  arena_reset();
  return handle_of(&result);
}

METHOD("get-flags") void wasi_get_flags(uint32_t, small_result *);
EXPORT("get-flags") int64_t get_flags(uint32_t descriptor) {
  CALL(small_result, wasi_get_flags, descriptor);
  return result.failed ? outcome(&result) : result.value;
}

METHOD("get-type") void wasi_get_type(uint32_t, small_result *);
EXPORT("get-type") int64_t get_type(uint32_t descriptor) {
  CALL(small_result, wasi_get_type, descriptor);
  return result.failed ? outcome(&result) : result.value;
}

static list *describe(const stat_result *status) {
  static list answer;
  static int64_t numbers[6];
  answer = (list){numbers, status->failed ? 1 : 6};
  if (status->failed) {
    numbers[0] = -1 - (int64_t)status->error;
    return &answer;
  }
  numbers[0] = status->type;
  numbers[1] = (int64_t)status->links;
  numbers[2] = (int64_t)status->size;
  numbers[3] = status->accessed.present ? (int64_t)status->accessed.seconds : -1;
  numbers[4] = status->modified.present ? (int64_t)status->modified.seconds : -1;
  numbers[5] = status->changed.present ? (int64_t)status->changed.seconds : -1;
  return &answer;
}

EXPORT("stat") list *stat(uint32_t descriptor) {
  CALL(stat_result, wasi_stat, descriptor);
  return describe(&result);
}

METHOD("stat-at") void wasi_stat_at(uint32_t, uint32_t, const char *, size_t, stat_result *);
EXPORT("stat-at") list *stat_at(uint32_t at, uint32_t follow, const char *path, size_t length) {
  CALL(stat_result, wasi_stat_at, at, follow, path, length);
  arena_reset();
  return describe(&result);
}

METHOD("is-same-object") uint32_t wasi_is_same_object(uint32_t, uint32_t);
EXPORT("is-same-object") uint32_t is_same_object(uint32_t descriptor, uint32_t other) {
  return wasi_is_same_object(descriptor, other);
}

static list *hash(const hash_result *result) {
  static list answer;
  static uint64_t numbers[2];
  answer = (list){numbers, result->failed ? 1 : 2};
  numbers[0] = result->failed ? result->error : result->half[0];
  numbers[1] = result->half[1];
  return &answer;
}

METHOD("metadata-hash") void wasi_metadata_hash(uint32_t, hash_result *);
EXPORT("metadata-hash") list *metadata_hash(uint32_t descriptor) {
  CALL(hash_result, wasi_metadata_hash, descriptor);
  return hash(&result);
}

METHOD("metadata-hash-at") void wasi_metadata_hash_at(uint32_t, uint32_t, const char *, size_t, hash_result *);
EXPORT("metadata-hash-at") list *metadata_hash_at(uint32_t at, uint32_t follow, const char *path, size_t length) {
  CALL(hash_result, wasi_metadata_hash_at, at, follow, path, length);
  arena_reset();
  return hash(&result);
}

METHOD("set-times")
void wasi_set_times(uint32_t, uint32_t, uint64_t, uint32_t, uint32_t, uint64_t, uint32_t, small_result *);
EXPORT("set-times") int64_t set_times(uint32_t descriptor, uint32_t kind, uint64_t seconds, uint32_t nanoseconds) {
  CALL(small_result, wasi_set_times, descriptor, 0, 0, 0, kind, seconds, nanoseconds);
  return outcome(&result);
}

METHOD("set-times-at")
void wasi_set_times_at(
    uint32_t, uint32_t, const char *, size_t, uint32_t, uint64_t, uint32_t, uint32_t, uint64_t, uint32_t, small_result *);
EXPORT("set-times-at")
int64_t set_times_at(
    uint32_t at, const char *path, size_t length, uint32_t kind, uint64_t seconds, uint32_t nanoseconds) {
  CALL(small_result, wasi_set_times_at, at, 0, path, length, kind, seconds, nanoseconds, 0, 0, 0);
  arena_reset();
  return outcome(&result);
}

METHOD("set-size") void wasi_set_size(uint32_t, uint64_t, small_result *);
EXPORT("set-size") int64_t set_size(uint32_t descriptor, uint64_t size) {
  CALL(small_result, wasi_set_size, descriptor, size);
  return outcome(&result);
}

METHOD("advise") void wasi_advise(uint32_t, uint64_t, uint64_t, uint32_t, small_result *);
EXPORT("advise") int64_t advise(uint32_t descriptor, uint64_t offset, uint64_t length, uint32_t advice) {
  CALL(small_result, wasi_advise, descriptor, offset, length, advice);
  return outcome(&result);
}

METHOD("sync") void wasi_sync(uint32_t, small_result *);
EXPORT("sync") int64_t sync(uint32_t descriptor) {
  CALL(small_result, wasi_sync, descriptor);
  return outcome(&result);
}

METHOD("sync-data") void wasi_sync_data(uint32_t, small_result *);
EXPORT("sync-data") int64_t sync_data(uint32_t descriptor) {
  CALL(small_result, wasi_sync_data, descriptor);
  return outcome(&result);
}

// result<tuple<list<u8>, bool>, s64>, as the guest returns it.
METHOD("read") void wasi_read(uint32_t, uint64_t, uint64_t, read_result *);
EXPORT("read") void *read(uint32_t descriptor, uint64_t length, uint64_t offset) {
  static struct {
    uint8_t failed;
    union {
      int64_t error;
      struct {
        text bytes;
        uint8_t at_end;
      };
    };
  } answer;
  CALL(read_result, wasi_read, descriptor, length, offset);
  answer.failed = result.failed;
  if (result.failed) {
    answer.error = -1 - (int64_t)result.error;
  } else {
    answer.bytes = result.bytes;
    answer.at_end = result.at_end;
  }
  return &answer;
}
EXPORT("cabi_post_read") void post_read(void *answer) { (void)answer, arena_reset(); }

METHOD("write") void wasi_write(uint32_t, const char *, size_t, uint64_t, size_result *);
EXPORT("write") int64_t write(uint32_t descriptor, const char *bytes, size_t length, uint64_t offset) {
  CALL(size_result, wasi_write, descriptor, bytes, length, offset);
  arena_reset();
  return size_of(&result);
}

METHOD("create-directory-at") void wasi_create_directory(uint32_t, const char *, size_t, small_result *);
EXPORT("create-directory-at") int64_t create_directory(uint32_t at, const char *path, size_t length) {
  CALL(small_result, wasi_create_directory, at, path, length);
  arena_reset();
  return outcome(&result);
}

METHOD("remove-directory-at") void wasi_remove_directory(uint32_t, const char *, size_t, small_result *);
EXPORT("remove-directory-at") int64_t remove_directory(uint32_t at, const char *path, size_t length) {
  CALL(small_result, wasi_remove_directory, at, path, length);
  arena_reset();
  return outcome(&result);
}

METHOD("unlink-file-at") void wasi_unlink_file(uint32_t, const char *, size_t, small_result *);
EXPORT("unlink-file-at") int64_t unlink_file(uint32_t at, const char *path, size_t length) {
  CALL(small_result, wasi_unlink_file, at, path, length);
  arena_reset();
  return outcome(&result);
}

METHOD("readlink-at") void wasi_readlink(uint32_t, const char *, size_t, text_result *);
EXPORT("readlink-at") void *readlink(uint32_t at, const char *path, size_t length) {
  static struct {
    uint8_t failed;
    union {
      int64_t error;
      text content;
    };
  } answer;
  CALL(text_result, wasi_readlink, at, path, length);
  answer.failed = result.failed;
  if (result.failed) {
    answer.error = -1 - (int64_t)result.error;
  } else {
    answer.content = result.content;
  }
  return &answer;
}
EXPORT("cabi_post_readlink-at") void post_readlink(void *answer) { (void)answer, arena_reset(); }

METHOD("symlink-at") void wasi_symlink(uint32_t, const char *, size_t, const char *, size_t, small_result *);
EXPORT("symlink-at")
int64_t symlink(uint32_t at, const char *target, size_t target_length, const char *path, size_t length) {
  CALL(small_result, wasi_symlink, at, target, target_length, path, length);
  arena_reset();
  return outcome(&result);
}

METHOD("link-at")
void wasi_link(uint32_t, uint32_t, const char *, size_t, uint32_t, const char *, size_t, small_result *);
EXPORT("link-at")
int64_t link(
    uint32_t at, uint32_t follow, const char *path, size_t length, uint32_t other, const char *new_path,
    size_t new_length) {
  CALL(small_result, wasi_link, at, follow, path, length, other, new_path, new_length);
  arena_reset();
  return outcome(&result);
}

METHOD("rename-at") void wasi_rename(uint32_t, const char *, size_t, uint32_t, const char *, size_t, small_result *);
EXPORT("rename-at")
int64_t rename_at(
    uint32_t at, const char *path, size_t length, uint32_t other, const char *new_path, size_t new_length) {
  CALL(small_result, wasi_rename, at, path, length, other, new_path, new_length);
  arena_reset();
  return outcome(&result);
}

EXPORT("list-directory") void *list_directory(uint32_t descriptor) {
  static struct {
    uint8_t failed;
    union {
      int64_t error;
      list lines;
    };
  } answer;
  CALL(handle_result, wasi_read_directory, descriptor);
  answer.failed = result.failed;
  if (result.failed) {
    answer.error = handle_of(&result);
    return &answer;
  }
  text *lines = ALLOCATE(text, 1000);
  size_t count = 0;
  while (count < 1000) {
    entry_result entry;
    wasi_read_entry(result.handle, &entry);
    if (entry.failed) {
      lines[count++] = join(TEXT("error "), decimal(entry.error));
      continue;
    }
    if (!entry.entry.present) break;
    lines[count++] = join(join(decimal(entry.entry.value.type), TEXT(" ")), entry.entry.value.name);
  }
  wasi_drop_entries(result.handle);
  answer.lines = (list){lines, count};
  return &answer;
}
EXPORT("cabi_post_list-directory") void post_list_directory(void *answer) { (void)answer, arena_reset(); }
