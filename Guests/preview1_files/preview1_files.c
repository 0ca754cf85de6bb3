#include "guest.h"

// Every function of preview 1 that has to do with files, with what it must and must not do. Each group returns 0, or the
// line of the first check that failed.

#define P1(name) IMPORT("wasi_snapshot_preview1", name)
typedef int32_t fd;

typedef struct {
  uint8_t type;
  uint16_t flags;
  uint64_t rights, inheriting;
} fdstat;

typedef struct {
  uint64_t device, inode;
  uint8_t type;
  uint64_t links, size, accessed, modified, changed;
} filestat;

typedef struct {
  uint64_t next, inode;
  uint32_t name_length;
  uint8_t type;
} __attribute__((packed, aligned(4))) dirent;

P1("fd_advise") int32_t fd_advise(fd, int64_t, int64_t, int32_t);
P1("fd_allocate") int32_t fd_allocate(fd, int64_t, int64_t);
P1("fd_close") int32_t fd_close(fd);
P1("fd_datasync") int32_t fd_datasync(fd);
P1("fd_fdstat_get") int32_t fd_fdstat_get(fd, fdstat *);
P1("fd_fdstat_set_flags") int32_t fd_fdstat_set_flags(fd, int32_t);
P1("fd_fdstat_set_rights") int32_t fd_fdstat_set_rights(fd, int64_t, int64_t);
P1("fd_filestat_get") int32_t fd_filestat_get(fd, filestat *);
P1("fd_filestat_set_size") int32_t fd_filestat_set_size(fd, int64_t);
P1("fd_filestat_set_times") int32_t fd_filestat_set_times(fd, int64_t, int64_t, int32_t);
P1("fd_pread") int32_t fd_pread(fd, const text *, size_t, int64_t, size_t *);
P1("fd_prestat_get") int32_t fd_prestat_get(fd, uint32_t *);
P1("fd_prestat_dir_name") int32_t fd_prestat_dir_name(fd, char *, size_t);
P1("fd_pwrite") int32_t fd_pwrite(fd, const text *, size_t, int64_t, size_t *);
P1("fd_read") int32_t fd_read(fd, const text *, size_t, size_t *);
P1("fd_readdir") int32_t fd_readdir(fd, void *, size_t, int64_t, size_t *);
P1("fd_renumber") int32_t fd_renumber(fd, fd);
P1("fd_seek") int32_t fd_seek(fd, int64_t, int32_t, uint64_t *);
P1("fd_sync") int32_t fd_sync(fd);
P1("fd_tell") int32_t fd_tell(fd, uint64_t *);
P1("fd_write") int32_t fd_write(fd, const text *, size_t, size_t *);
P1("path_create_directory") int32_t path_create_directory(fd, const char *, size_t);
P1("path_filestat_get") int32_t path_filestat_get(fd, int32_t, const char *, size_t, filestat *);
P1("path_filestat_set_times")
int32_t path_filestat_set_times(fd, int32_t, const char *, size_t, int64_t, int64_t, int32_t);
P1("path_link") int32_t path_link(fd, int32_t, const char *, size_t, fd, const char *, size_t);
P1("path_open")
int32_t path_open(fd, int32_t, const char *, size_t, int32_t, int64_t, int64_t, int32_t, fd *);
P1("path_readlink") int32_t path_readlink(fd, const char *, size_t, char *, size_t, size_t *);
P1("path_remove_directory") int32_t path_remove_directory(fd, const char *, size_t);
P1("path_rename") int32_t path_rename(fd, const char *, size_t, fd, const char *, size_t);
P1("path_symlink") int32_t path_symlink(const char *, size_t, fd, const char *, size_t);
P1("path_unlink_file") int32_t path_unlink_file(fd, const char *, size_t);
P1("poll_oneoff") int32_t poll_oneoff(const void *, void *, size_t, size_t *);
P1("sock_accept") int32_t sock_accept(fd, int32_t, fd *);
P1("sock_recv") int32_t sock_recv(fd, const text *, size_t, int32_t, size_t *, uint16_t *);
P1("sock_send") int32_t sock_send(fd, const text *, size_t, int32_t, size_t *);
P1("sock_shutdown") int32_t sock_shutdown(fd, int32_t);

enum {
  AGAIN = 6, BADF = 8, EXIST = 20, FBIG = 22, ILSEQ = 25, INVAL = 28, ISDIR = 31, LOOP = 32, NAMETOOLONG = 37,
  NOENT = 44, NOTDIR = 54, NOTEMPTY = 55, NOTSOCK = 57, NOTSUP = 58, PERM = 63, ROFS = 69, SPIPE = 70, NOTCAPABLE = 76,
};
enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8 };
enum { APPEND = 1, DSYNC = 2, NONBLOCK = 4, RSYNC = 8, SYNC = 16 };
#define READ (1ull << 1)
#define WRITE (1ull << 6)
#define FILE_RIGHTS 0x08e001ffull
#define ALL 0x3fffffffull

#define PATH(literal) literal, sizeof(literal) - 1
#define CHECK(call, expected) \
  if ((int64_t)(call) != (int64_t)(expected)) return __LINE__

static fd top = 3;
static size_t count;

static int32_t open_with(text path, int32_t flags, uint64_t rights, int32_t fdflags, fd *result) {
  return path_open(top, 0, path.data, path.length, flags, (int64_t)rights, 0, fdflags, result);
}

EXPORT("descriptors") int32_t descriptors(void) {
  uint32_t prestat[2];
  fdstat status;
  char name[8];
  CHECK(fd_prestat_get(top, prestat), 0);
  CHECK(prestat[0], 0);
  CHECK(prestat[1], 5);
  CHECK(fd_prestat_dir_name(top, name, 4), NAMETOOLONG);
  CHECK(fd_prestat_dir_name(top, name, 8), 0);
  CHECK(memcmp(name, "/data", 5), 0);
  CHECK(fd_prestat_get(0, prestat), BADF);
  CHECK(fd_prestat_get(99, prestat), BADF);
  CHECK(fd_fdstat_get(top, &status), 0);
  CHECK(status.type, 3);
  CHECK(status.inheriting & READ, READ);
  CHECK(fd_fdstat_get(99, &status), BADF);
  CHECK(fd_seek(top, 0, 0, &status.rights), BADF);
  CHECK(fd_seek(1, 0, 0, &status.rights), SPIPE);
  CHECK(fd_tell(1, &status.rights), SPIPE);
  CHECK(fd_allocate(1, 0, 1), INVAL);
  CHECK(fd_close(99), BADF);
  CHECK(fd_close(-1), BADF);
  CHECK(fd_renumber(99, 3), BADF);
  CHECK(fd_renumber(3, 3), 0);

  fd first, second;
  CHECK(open_with(TEXT("numbers"), CREAT, READ, 0, &first), 0);
  CHECK(open_with(TEXT("numbers"), 0, READ, 0, &second), 0);
  CHECK(second, first + 1);
  CHECK(fd_renumber(second, first), 0);
  CHECK(fd_fdstat_get(second, &status), BADF);
  CHECK(fd_fdstat_set_rights(first, 0, 0), 0);
  CHECK(fd_fdstat_set_rights(first, (int64_t)READ, 0), NOTCAPABLE);
  char byte;
  text buffer = {&byte, 1};
  CHECK(fd_read(first, &buffer, 1, &count), NOTCAPABLE);
  CHECK(fd_close(first), 0);
  // The lowest number is given first.
  CHECK(open_with(TEXT("numbers"), 0, READ, 0, &second), 0);
  CHECK(second, first);
  CHECK(fd_fdstat_set_flags(second, NONBLOCK), NOTCAPABLE);
  CHECK(fd_close(second), 0);
  CHECK(path_unlink_file(top, PATH("numbers")), 0);
  return 0;
}

EXPORT("contents") int32_t contents(void) {
  fd file;
  uint64_t place;
  filestat status;
  char data[16];
  text out[2] = {TEXT("hello "), TEXT("world")};
  text in[2] = {{data, 3}, {data + 3, 13}};
  CHECK(open_with(TEXT("contents"), CREAT | EXCL, FILE_RIGHTS, 0, &file), 0);
  CHECK(open_with(TEXT("contents"), CREAT | EXCL, FILE_RIGHTS, 0, &file), EXIST);
  CHECK(fd_write(file, out, 2, &count), 0);
  CHECK(count, 11);
  CHECK(fd_tell(file, &place), 0);
  CHECK(place, 11);
  CHECK(fd_read(file, in, 2, &count), 0);
  CHECK(count, 0);
  CHECK(fd_seek(file, -5, 1, &place), 0);
  CHECK(place, 6);
  CHECK(fd_read(file, in, 2, &count), 0);
  CHECK(count, 5);
  CHECK(memcmp(data, "world", 5), 0);
  CHECK(fd_seek(file, -12, 2, &place), INVAL);
  CHECK(fd_seek(file, -1, 0, &place), INVAL);
  CHECK(fd_seek(file, 0, 3, &place), INVAL);
  CHECK(fd_seek(file, -11, 2, &place), 0);
  CHECK(place, 0);
  CHECK(fd_pread(file, in, 2, 6, &count), 0);
  CHECK(count, 5);
  CHECK(fd_pread(file, in, 2, 100, &count), 0);
  CHECK(count, 0);
  CHECK(fd_pread(file, in, 2, -1, &count), INVAL);
  CHECK(fd_pwrite(file, out + 1, 1, -1, &count), FBIG);
  CHECK(fd_pwrite(file, out + 1, 1, 0, &count), 0);
  CHECK(fd_tell(file, &place), 0);
  CHECK(place, 0);
  CHECK(fd_read(file, in, 2, &count), 0);
  CHECK(count, 11);
  CHECK(memcmp(data, "world world", 11), 0);
  CHECK(fd_read(file, in, 0, &count), 0);
  CHECK(count, 0);
  CHECK(fd_read(file, in, 1025, &count), INVAL);
  CHECK(fd_advise(file, 0, 10, 3), 0);
  CHECK(fd_advise(file, 0, 10, 6), INVAL);
  CHECK(fd_advise(file, -1, 10, 0), INVAL);
  CHECK(fd_allocate(file, 0, 100), 0);
  CHECK(fd_allocate(file, 0, 0), INVAL);
  CHECK(fd_filestat_get(file, &status), 0);
  CHECK(status.size, 100);
  CHECK(status.type, 4);
  CHECK(fd_filestat_set_size(file, 3), 0);
  CHECK(fd_filestat_set_size(file, -1), FBIG);
  CHECK(fd_filestat_set_times(file, 5000000007, 6000000008, 1 | 4), 0);
  CHECK(fd_filestat_set_times(file, 0, 0, 3), INVAL);
  CHECK(fd_filestat_set_times(file, 0, 0, 16), INVAL);
  CHECK(fd_filestat_get(file, &status), 0);
  CHECK(status.size, 3);
  CHECK(status.accessed, 5000000007);
  CHECK(status.modified, 6000000008);
  CHECK(fd_sync(file), 0);
  CHECK(fd_datasync(file), 0);
  // What is written at the end, and to the disk at once.
  CHECK(fd_fdstat_set_flags(file, APPEND | DSYNC | SYNC | RSYNC), 0);
  CHECK(fd_fdstat_set_flags(file, 32), INVAL);
  CHECK(fd_seek(file, 0, 0, &place), 0);
  CHECK(fd_write(file, out, 1, &count), 0);
  CHECK(fd_tell(file, &place), 0);
  CHECK(place, 9);
  CHECK(fd_readdir(file, data, 16, 0, &count), NOTDIR);
  CHECK(fd_close(file), 0);
  // Only what was asked for.
  CHECK(open_with(TEXT("contents"), 0, READ, 0, &file), 0);
  CHECK(fd_write(file, out, 1, &count), NOTCAPABLE);
  CHECK(fd_filestat_set_size(file, 0), NOTCAPABLE);
  CHECK(fd_close(file), 0);
  CHECK(open_with(TEXT("contents"), TRUNC, WRITE, 0, &file), 0);
  CHECK(fd_read(file, in, 1, &count), NOTCAPABLE);
  CHECK(fd_close(file), 0);
  CHECK(path_filestat_get(top, 0, PATH("contents"), &status), 0);
  CHECK(status.size, 0);
  CHECK(path_unlink_file(top, PATH("contents")), 0);
  return 0;
}

EXPORT("paths") int32_t paths(void) {
  fd file, directory;
  filestat status, other;
  char target[8];
  CHECK(path_create_directory(top, PATH("d")), 0);
  CHECK(path_create_directory(top, PATH("d")), EXIST);
  CHECK(path_create_directory(top, PATH("x/y")), NOENT);
  CHECK(path_open(top, 0, PATH("d"), DIRECTORY, (int64_t)ALL & ~0x30000000, (int64_t)FILE_RIGHTS, 0, &directory), ISDIR);
  CHECK(path_open(top, 0, PATH("d"), DIRECTORY, 0x07fffe00 & ~(1 << 22), 0x0fffffff, 0, &directory), 0);
  CHECK(path_open(directory, 0, PATH("f"), CREAT, (int64_t)(READ | WRITE), 0, 0, &file), 0);
  CHECK(fd_close(file), 0);
  CHECK(path_open(directory, 0, PATH("f"), DIRECTORY, (int64_t)READ, 0, 0, &file), NOTDIR);
  CHECK(path_open(directory, 0, PATH("f/"), 0, (int64_t)READ, 0, 0, &file), NOTDIR);
  CHECK(path_open(directory, 0, PATH("../contents"), 0, (int64_t)READ, 0, 0, &file), PERM);
  CHECK(path_open(directory, 0, PATH(".."), DIRECTORY, 0, 0, 0, &file), PERM);
  CHECK(path_open(directory, 0, PATH("/f"), 0, (int64_t)READ, 0, 0, &file), PERM);
  CHECK(path_open(directory, 0, PATH(""), 0, (int64_t)READ, 0, 0, &file), NOENT);
  CHECK(path_open(directory, 0, PATH("f\0g"), 0, (int64_t)READ, 0, 0, &file), INVAL);
  CHECK(path_open(directory, 0, PATH("f\xff"), 0, (int64_t)READ, 0, 0, &file), ILSEQ);
  CHECK(path_open(directory, 2, PATH("f"), 0, (int64_t)READ, 0, 0, &file), INVAL);
  CHECK(path_open(directory, 0, PATH("f"), 16, (int64_t)READ, 0, 0, &file), INVAL);
  CHECK(path_open(directory, 0, PATH("f"), 0, (int64_t)READ, 0, 64, &file), INVAL);
  CHECK(path_open(directory, 0, PATH("g"), CREAT | DIRECTORY, (int64_t)READ, 0, 0, &file), INVAL);
  static char name[5000];
  memset(name, 'n', sizeof name);
  CHECK(path_open(directory, 0, name, sizeof name, 0, (int64_t)READ, 0, 0, &file), NAMETOOLONG);
  CHECK(path_open(directory, 0, name, 300, 0, (int64_t)READ, 0, 0, &file), NAMETOOLONG);
  // Rights that the directory does not pass on.
  fd narrow;
  CHECK(path_open(top, 0, PATH("d"), DIRECTORY, 1 << 13, (int64_t)READ, 0, &narrow), 0);
  CHECK(path_open(narrow, 0, PATH("f"), 0, (int64_t)READ, 0, 0, &file), 0);
  CHECK(fd_close(file), 0);
  CHECK(path_open(narrow, 0, PATH("f"), 0, (int64_t)WRITE, 0, 0, &file), NOTCAPABLE);
  CHECK(path_create_directory(narrow, PATH("n")), NOTCAPABLE);
  CHECK(fd_close(narrow), 0);
  // Links.
  CHECK(path_symlink(PATH("f"), directory, PATH("s")), 0);
  CHECK(path_symlink(PATH("/etc"), directory, PATH("abs")), PERM);
  CHECK(path_symlink(PATH(""), directory, PATH("empty")), NOENT);
  CHECK(path_symlink(PATH("../../.."), directory, PATH("out")), 0);
  CHECK(path_open(directory, 1, PATH("out"), DIRECTORY, 0, 0, 0, &file), PERM);
  CHECK(path_open(directory, 1, PATH("out/etc/passwd"), 0, 0, 0, 0, &file), PERM);
  CHECK(path_filestat_get(directory, 1, PATH("out"), &status), PERM);
  CHECK(path_filestat_get(directory, 0, PATH("out"), &status), 0);
  CHECK(status.type, 7);
  CHECK(path_symlink(PATH("loop"), directory, PATH("loop")), 0);
  CHECK(path_open(directory, 1, PATH("loop"), 0, 0, 0, 0, &file), LOOP);
  CHECK(path_open(directory, 0, PATH("s"), 0, (int64_t)READ, 0, 0, &file), LOOP);
  CHECK(path_open(directory, 1, PATH("s"), 0, (int64_t)READ, 0, 0, &file), 0);
  CHECK(fd_close(file), 0);
  CHECK(path_readlink(directory, PATH("s"), target, 8, &count), 0);
  CHECK(count, 1);
  CHECK(path_readlink(directory, PATH("out"), target, 4, &count), 0);
  CHECK(count, 4);
  CHECK(path_readlink(directory, PATH("f"), target, 8, &count), INVAL);
  CHECK(path_link(directory, 0, PATH("f"), top, PATH("hard")), 0);
  CHECK(path_link(directory, 1, PATH("s"), top, PATH("hard2")), INVAL);
  CHECK(path_link(top, 0, PATH("d"), top, PATH("hard2")), PERM);
  CHECK(path_filestat_get(top, 0, PATH("hard"), &status), 0);
  CHECK(path_filestat_get(top, 1, PATH("d/s"), &other), 0);
  CHECK(status.inode, other.inode);
  CHECK(status.links, 2);
  CHECK(path_filestat_set_times(top, 0, PATH("hard"), 1000000001, 0, 1), 0);
  CHECK(path_filestat_get(top, 1, PATH("d/s"), &other), 0);
  CHECK(other.accessed, 1000000001);
  // Names.
  CHECK(path_rename(top, PATH("hard"), directory, PATH("moved")), 0);
  CHECK(path_rename(top, PATH("hard"), directory, PATH("moved")), NOENT);
  CHECK(path_rename(directory, PATH("../d"), top, PATH("e")), PERM);
  CHECK(path_rename(directory, PATH("f"), directory, PATH("../f")), PERM);
  CHECK(path_remove_directory(top, PATH("d")), NOTEMPTY);
  CHECK(path_remove_directory(directory, PATH("f")), NOTDIR);
  CHECK(path_unlink_file(top, PATH("d")), ISDIR);
  CHECK(path_unlink_file(directory, PATH("nothing")), NOENT);
  CHECK(path_unlink_file(directory, PATH("../d/f")), PERM);
  CHECK(path_unlink_file(directory, PATH("f")), 0);
  CHECK(path_unlink_file(directory, PATH("s")), 0);
  CHECK(path_unlink_file(directory, PATH("out")), 0);
  CHECK(path_unlink_file(directory, PATH("loop")), 0);
  CHECK(path_unlink_file(directory, PATH("moved")), 0);
  CHECK(fd_close(directory), 0);
  CHECK(path_remove_directory(top, PATH("d/")), 0);
  return 0;
}

// Names of the directory `l`, which has a file, a directory and a link, read through a small buffer.
EXPORT("listing") int32_t listing(void) {
  fd directory;
  static char buffer[64];
  CHECK(path_open(top, 0, PATH("l"), DIRECTORY, 1 << 14, 0, 0, &directory), 0);
  uint64_t cookie = 0;
  int32_t seen = 0;
  while (true) {
    CHECK(fd_readdir(directory, buffer, sizeof buffer, (int64_t)cookie, &count), 0);
    size_t used = count, start = 0;
    while (start + sizeof(dirent) <= used) {
      dirent entry;
      memcpy(&entry, buffer + start, sizeof entry);
      if (start + 24 + entry.name_length > used) break;
      seen += entry.type == 3 ? 1 : entry.type == 4 ? 100 : entry.type == 7 ? 10000 : 1000000;
      start += 24 + entry.name_length;
      cookie = entry.next;
    }
    if (used < sizeof buffer) break;
  }
  // `.`, `..` and a directory; a file; a link.
  CHECK(seen, 10103);
  CHECK(fd_readdir(directory, buffer, 0, 0, &count), 0);
  CHECK(count, 0);
  CHECK(fd_close(directory), 0);
  return 0;
}

// The second directory is read-only.
EXPORT("read-only") int32_t read_only(void) {
  fd file;
  filestat status;
  fd at = 4;
  CHECK(path_open(at, 0, PATH("f"), 0, (int64_t)READ, 0, 0, &file), 0);
  CHECK(fd_filestat_set_times(file, 0, 0, 1), NOTCAPABLE);
  CHECK(fd_close(file), 0);
  CHECK(path_open(at, 0, PATH("f"), 0, (int64_t)(READ | 1 << 23), 0, 0, &file), 0);
  CHECK(fd_filestat_set_times(file, 0, 0, 1), ROFS);
  CHECK(fd_close(file), 0);
  CHECK(path_open(at, 0, PATH("f"), 0, (int64_t)WRITE, 0, 0, &file), ROFS);
  CHECK(path_open(at, 0, PATH("f"), TRUNC, 0, 0, 0, &file), ROFS);
  CHECK(path_open(at, 0, PATH("new"), CREAT, 0, 0, 0, &file), ROFS);
  CHECK(path_create_directory(at, PATH("new")), ROFS);
  CHECK(path_remove_directory(at, PATH("d")), ROFS);
  CHECK(path_unlink_file(at, PATH("f")), ROFS);
  CHECK(path_rename(at, PATH("f"), top, PATH("f")), ROFS);
  CHECK(path_rename(top, PATH("l"), at, PATH("l")), ROFS);
  CHECK(path_link(at, 0, PATH("f"), top, PATH("f")), ROFS);
  CHECK(path_link(top, 0, PATH("f"), at, PATH("g")), ROFS);
  CHECK(path_symlink(PATH("f"), at, PATH("s")), ROFS);
  CHECK(path_filestat_set_times(at, 0, PATH("f"), 0, 0, 1), ROFS);
  CHECK(fd_filestat_set_times(at, 0, 0, 1), ROFS);
  CHECK(path_filestat_get(at, 0, PATH("f"), &status), 0);
  CHECK(status.size, 4);
  // A directory of it is no better.
  fd below;
  CHECK(path_open(at, 0, PATH("."), DIRECTORY, 0x07fffe00 & ~(1 << 22), 0x0fffffff, 0, &below), 0);
  CHECK(path_unlink_file(below, PATH("f")), ROFS);
  CHECK(fd_close(below), 0);
  return 0;
}

EXPORT("polling") int32_t polling(void) {
  static uint64_t subscriptions[12], events[8];
  fd file;
  text content = TEXT("1234567");
  CHECK(open_with(TEXT("polled"), CREAT, FILE_RIGHTS, 0, &file), 0);
  CHECK(fd_write(file, &content, 1, &count), 0);
  CHECK(fd_seek(file, 2, 0, events), 0);
  memset(subscriptions, 0, sizeof subscriptions);
  subscriptions[0] = 11;
  subscriptions[1] = 1;
  subscriptions[2] = (uint64_t)file;
  subscriptions[6] = 12;
  subscriptions[7] = 2;
  subscriptions[8] = 3;
  CHECK(poll_oneoff(subscriptions, events, 2, &count), 0);
  CHECK(count, 2);
  CHECK(events[0], 11);
  CHECK(events[1], 1 << 16);
  CHECK(events[2], 5);
  CHECK(events[4], 12);
  // A directory is nothing to write to.
  CHECK(events[5] & 0xffff, BADF);
  CHECK(poll_oneoff(subscriptions, events, 0, &count), INVAL);
  CHECK(poll_oneoff(subscriptions, events, 100000, &count), INVAL);
  CHECK(fd_close(file), 0);
  CHECK(path_unlink_file(top, PATH("polled")), 0);
  CHECK(sock_shutdown(99, 1), BADF);
  CHECK(sock_shutdown(top, 1), NOTSOCK);
  uint16_t flags;
  CHECK(sock_recv(top, &content, 1, 0, &count, &flags), NOTSOCK);
  CHECK(sock_send(top, &content, 1, 0, &count), NOTSOCK);
  CHECK(sock_accept(top, 0, &file), NOTSOCK);
  return 0;
}

// The socket that the host passes in has number 5: what comes is sent back, until the other side ends.
EXPORT("echo") int32_t echo(void) {
  static char data[4096];
  while (true) {
    text buffer = {data, sizeof data};
    uint16_t flags;
    CHECK(sock_recv(5, &buffer, 1, 0, &count, &flags), 0);
    if (count == 0) break;
    buffer.length = count;
    CHECK(sock_send(5, &buffer, 1, 0, &count), 0);
    CHECK(count, buffer.length);
  }
  CHECK(sock_shutdown(5, 2), 0);
  return 0;
}

// The listening socket has number 5.
EXPORT("serve") int32_t serve(void) {
  fd connection;
  text greeting = TEXT("welcome");
  CHECK(sock_accept(5, 0, &connection), 0);
  CHECK(sock_send(connection, &greeting, 1, 0, &count), 0);
  CHECK(fd_close(connection), 0);
  CHECK(fd_fdstat_set_flags(5, NONBLOCK), 0);
  CHECK(sock_accept(5, 0, &connection), AGAIN);
  return 0;
}

// Wild pointers: these trap.
EXPORT("wild-read") int32_t wild_read(int32_t address, int32_t length) {
  fd file;
  CHECK(open_with(TEXT("l/f"), 0, READ, 0, &file), 0);
  text buffer = {(const char *)address, (size_t)length};
  return fd_read(file, &buffer, 1, &count);
}
EXPORT("wild-write") int32_t wild_write(int32_t address, int32_t length) {
  text buffer = {(const char *)address, (size_t)length};
  return fd_write(1, &buffer, 1, &count);
}
EXPORT("wild-path") int32_t wild_path(int32_t address, int32_t length) {
  fd file;
  return path_open(top, 0, (const char *)address, (size_t)length, 0, (int64_t)READ, 0, 0, &file);
}
EXPORT("wild-list") int32_t wild_list(int32_t address, int32_t length) {
  return fd_readdir(top, (void *)address, (size_t)length, 0, &count);
}

// Opens that many files and leaves them open.
EXPORT("open-many") int32_t open_many(int32_t wanted) {
  fd file;
  for (int32_t i = 0; i < wanted; i++) CHECK(open_with(TEXT("l/f"), 0, READ, 0, &file), 0);
  return 0;
}

// For measurements: what the component `files` does, too. The files are `many/0` and so on, and `big`.
EXPORT("open-and-stat") int32_t open_and_stat(int32_t wanted) {
  filestat status;
  static char name[64] = "many/";
  for (int32_t i = 0; i < wanted; i++) {
    char digits[10];
    size_t first = sizeof digits;
    int32_t rest = i;
    do {
      digits[--first] = (char)('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    memcpy(name + 5, digits + first, sizeof digits - first);
    fd file;
    text path = {name, 5 + sizeof digits - first};
    CHECK(path_open(top, 0, path.data, path.length, 0, (int64_t)(READ | 1 << 21), 0, 0, &file), 0);
    CHECK(fd_filestat_get(file, &status), 0);
    CHECK(fd_close(file), 0);
  }
  return 0;
}

EXPORT("count-entries") int32_t count_entries(void) {
  fd directory;
  static char buffer[4096];
  CHECK(path_open(top, 0, PATH("many"), DIRECTORY, 1 << 14, 0, 0, &directory), 0);
  uint64_t cookie = 0;
  int32_t seen = 0;
  while (true) {
    CHECK(fd_readdir(directory, buffer, sizeof buffer, (int64_t)cookie, &count), 0);
    size_t used = count, start = 0;
    while (start + 24 <= used) {
      dirent entry;
      memcpy(&entry, buffer + start, sizeof entry);
      if (start + 24 + entry.name_length > used) break;
      seen++;
      start += 24 + entry.name_length;
      cookie = entry.next;
    }
    if (used < sizeof buffer) break;
  }
  CHECK(fd_close(directory), 0);
  return seen;
}

EXPORT("stream-file") int64_t stream_file(int32_t times) {
  fd file;
  uint64_t place;
  static char buffer[65536];
  text part = {buffer, sizeof buffer};
  int64_t total = 0;
  CHECK(open_with(TEXT("big"), 0, READ | 4, 0, &file), 0);
  for (int32_t i = 0; i < times; i++) {
    CHECK(fd_seek(file, 0, 0, &place), 0);
    while (true) {
      CHECK(fd_read(file, &part, 1, &count), 0);
      if (count == 0) break;
      total += (int64_t)count;
    }
  }
  return total;
}
