#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int wippy_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int wippy_openat(int directory, const char *path, int flags, unsigned mode) {
  return openat(directory, path, flags, mode);
}

ssize_t wippy_getdents64(int directory, void *buffer, size_t count) {
  return syscall(SYS_getdents64, directory, buffer, count);
}

ssize_t wippy_read_cached(int file, void *buffer, size_t count, off_t offset) {
  struct iovec part = {.iov_base = buffer, .iov_len = count};
  return preadv2(file, &part, 1, offset, RWF_NOWAIT);
}

ssize_t wippy_write_at(int file, const void *buffer, size_t count, off_t offset, int flags) {
  struct iovec part = {.iov_base = (void *)buffer, .iov_len = count};
  return pwritev2(file, &part, 1, offset, flags);
}

int wippy_allocate(int file, off_t offset, off_t count) { return fallocate(file, 0, offset, count); }

int wippy_set_times(int descriptor, const struct timespec times[2]) {
  // Linux 5.8 and later; the C library refuses a path of NULL or nothing on older ones.
  if (syscall(SYS_utimensat, descriptor, "", times, AT_EMPTY_PATH) == 0) return 0;
  if (errno != EINVAL && errno != ENOENT) return -1;
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return utimensat(AT_FDCWD, path, times, 0);
}

bool wippy_is_local_filesystem(int descriptor) {
  struct statfs information;
  if (fstatfs(descriptor, &information) != 0) return false;
  switch ((unsigned long)information.f_type) {
    case 0xef53:      // ext2, ext3, ext4
    case 0x58465342:  // xfs
    case 0x9123683e:  // btrfs
    case 0x01021994:  // tmpfs
    case 0x794c7630:  // overlayfs
    case 0xf2f52010:  // f2fs
    case 0x2fc12fc1:  // zfs
    case 0xca451a4e:  // bcachefs
      return true;
    default: return false;
  }
}
