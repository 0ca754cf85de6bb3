#include "files.h"

// A file's streams, and what opens many files.

IMPORT(WASI("io/streams"), "[method]input-stream.read") void wasi_stream_read(uint32_t, uint64_t, stream_result *);
IMPORT(WASI("io/streams"), "[method]input-stream.subscribe") uint32_t wasi_subscribe_input(uint32_t);
IMPORT(WASI("io/streams"), "[method]output-stream.check-write") void wasi_check_write(uint32_t, permit_result *);
IMPORT(WASI("io/streams"), "[method]output-stream.write")
void wasi_stream_write(uint32_t, const char *, size_t, stream_result *);
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-flush") void wasi_flush(uint32_t, stream_result *);
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-write-and-flush")
void wasi_write_and_flush(uint32_t, const char *, size_t, stream_result *);
IMPORT(WASI("io/streams"), "[method]output-stream.subscribe") uint32_t wasi_subscribe_output(uint32_t);
IMPORT(WASI("io/streams"), "[resource-drop]output-stream") void wasi_drop_output(uint32_t);
IMPORT(WASI("io/poll"), "poll") void wasi_poll(const uint32_t *, size_t, list *);
IMPORT(WASI("io/poll"), "[method]pollable.block") void wasi_block(uint32_t);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void wasi_drop_pollable(uint32_t);
METHOD("write-via-stream") void wasi_write_via_stream(uint32_t, uint64_t, handle_result *);
METHOD("append-via-stream") void wasi_append_via_stream(uint32_t, handle_result *);

EXPORT("read-via-stream") int64_t read_via_stream(uint32_t descriptor, uint64_t offset) {
  handle_result result;
  wasi_read_via_stream(descriptor, offset, &result);
  return handle_of(&result);
}

// How much there was, the sum of the bytes, and how it ended.
static list *drain_with(uint32_t stream, bool polls) {
  static list answer;
  static int64_t numbers[3];
  numbers[0] = numbers[1] = 0;
  while (true) {
    stream_result result;
    if (polls) {
      uint32_t pollable = wasi_subscribe_input(stream);
      list ready;
      wasi_poll(&pollable, 1, &ready);
      wasi_drop_pollable(pollable);
      wasi_stream_read(stream, 5000, &result);
    } else {
      wasi_blocking_read(stream, 65536, &result);
    }
    if (result.failed) {
      numbers[2] = stream_failure(result.error, result.error_handle);
      break;
    }
    numbers[0] += (int64_t)result.content.length;
    for (size_t i = 0; i < result.content.length; i++) numbers[1] += (uint8_t)result.content.data[i];
    arena_reset();
  }
  wasi_drop_input(stream);
  answer = (list){numbers, 3};
  return &answer;
}
EXPORT("drain") list *drain(uint32_t stream) { return drain_with(stream, false); }
EXPORT("drain-polling") list *drain_polling(uint32_t stream) { return drain_with(stream, true); }

EXPORT("write-via-stream") int64_t write_via_stream(uint32_t descriptor, uint64_t offset) {
  handle_result result;
  wasi_write_via_stream(descriptor, offset, &result);
  return handle_of(&result);
}

EXPORT("append-via-stream") int64_t append_via_stream(uint32_t descriptor) {
  handle_result result;
  wasi_append_via_stream(descriptor, &result);
  return handle_of(&result);
}

EXPORT("write-stream") int64_t write_stream(uint32_t stream, const char *bytes, size_t length) {
  for (size_t start = 0; start < length; start += 4096) {
    stream_result result;
    wasi_write_and_flush(stream, bytes + start, length - start < 4096 ? length - start : 4096, &result);
    if (result.failed) return stream_failure(result.error, result.error_handle);
  }
  arena_reset();
  return (int64_t)length;
}

EXPORT("write-stream-polling") int64_t write_stream_polling(uint32_t stream, const char *bytes, size_t length) {
  size_t start = 0;
  uint32_t pollable = wasi_subscribe_output(stream);
  while (start < length) {
    permit_result permit;
    wasi_check_write(stream, &permit);
    if (permit.failed) {
      wasi_drop_pollable(pollable);
      return stream_failure(permit.error, permit.error_handle);
    }
    size_t count = length - start < permit.permit ? length - start : (size_t)permit.permit;
    stream_result result;
    if (count == 0) {
      wasi_block(pollable);
      continue;
    }
    wasi_stream_write(stream, bytes + start, count, &result);
    if (result.failed) {
      wasi_drop_pollable(pollable);
      return stream_failure(result.error, result.error_handle);
    }
    start += count;
  }
  wasi_drop_pollable(pollable);
  stream_result flushed;
  wasi_flush(stream, &flushed);
  if (flushed.failed) return stream_failure(flushed.error, flushed.error_handle);
  arena_reset();
  return (int64_t)start;
}

EXPORT("drop-output") void drop_output(uint32_t stream) { wasi_drop_output(stream); }

static uint32_t first_directory(void) {
  preopens found;
  get_directories(&found);
  if (found.count == 0) __builtin_trap();
  return found.items[0].handle;
}

static uint32_t open_file(uint32_t at, text path) {
  handle_result result;
  wasi_open_at(at, 0, path.data, path.length, 0, 1, &result);
  if (result.failed) __builtin_trap();
  return result.handle;
}

EXPORT("leave-open") void leave_open(const char *path, size_t length, uint32_t count, uint32_t then) {
  uint32_t at = first_directory();
  for (uint32_t i = 0; i < count; i++) {
    uint32_t file = open_file(at, (text){path, length});
    handle_result stream;
    wasi_read_via_stream(file, 0, &stream);
    if (i % 2 == 0) wasi_drop(file);
  }
  if (then == 1) __builtin_trap();
  while (then == 2) __asm__ volatile("");
  while (then == 3) {
    // A pollable of the file, again and again: it is always ready, and each wait is a place to be stopped at.
    handle_result listing;
    wasi_read_directory(at, &listing);
    entry_result entry;
    wasi_read_entry(listing.handle, &entry);
    wasi_drop_entries(listing.handle);
    arena_reset();
  }
}

EXPORT("open-and-stat") int64_t open_and_stat(const char *prefix, size_t length, uint32_t count) {
  uint32_t at = first_directory();
  // Names are made in place, so that no memory is taken for them.
  static char name[64];
  if (length > 50) __builtin_trap();
  memcpy(name, prefix, length);
  int64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    char digits[10];
    size_t first = sizeof digits;
    uint32_t rest = i;
    do {
      digits[--first] = (char)('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    memcpy(name + length, digits + first, sizeof digits - first);
    uint32_t file = open_file(at, (text){name, length + sizeof digits - first});
    stat_result status;
    wasi_stat(file, &status);
    if (status.failed) __builtin_trap();
    sum += (int64_t)status.size;
    wasi_drop(file);
  }
  return sum;
}

EXPORT("count-entries") int64_t count_entries(const char *path, size_t length) {
  handle_result opened, listing;
  wasi_open_at(first_directory(), 0, path, length, 2, 1, &opened);
  if (opened.failed) return handle_of(&opened);
  wasi_read_directory(opened.handle, &listing);
  if (listing.failed) return handle_of(&listing);
  int64_t count = 0;
  while (true) {
    entry_result entry;
    wasi_read_entry(listing.handle, &entry);
    if (entry.failed || !entry.entry.present) break;
    count++;
    arena_reset();
  }
  wasi_drop_entries(listing.handle);
  return count;
}

EXPORT("stream-file") int64_t stream_file(const char *path, size_t length, uint64_t chunk, uint32_t times) {
  uint32_t file = open_file(first_directory(), (text){path, length});
  int64_t total = 0;
  for (uint32_t i = 0; i < times; i++) {
    handle_result stream;
    wasi_read_via_stream(file, 0, &stream);
    if (stream.failed) return handle_of(&stream);
    while (true) {
      stream_result result;
      wasi_blocking_read(stream.handle, chunk, &result);
      if (result.failed) break;
      total += (int64_t)result.content.length;
      arena_reset();
    }
    wasi_drop_input(stream.handle);
  }
  return total;
}
