#ifndef CLINUX_H
#define CLINUX_H

// What Swift's Glibc module leaves out: epoll, eventfd, timerfd, thread-local storage, GNU extensions, and calls on files
// that are new or variadic.

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

// Heaps grow by a megabyte at least, and not by a system call a page. What is freed stays for the next one, buffers of
// bodies above all: a mapping of its own for each costs a page fault for every page of it.
static inline void wippy_keep_memory(void) {
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

// The scheduler's worker that the calling thread is; NULL on every other thread.
extern __thread void *wippy_current_worker_slot;

static inline void *wippy_current_worker(void) { return wippy_current_worker_slot; }
static inline void wippy_set_current_worker(void *worker) { wippy_current_worker_slot = worker; }

// The worker that will step what the calling thread spawns; NULL on most threads.
extern __thread void *wippy_borrowed_worker_slot;

static inline void *wippy_borrowed_worker(void) { return wippy_borrowed_worker_slot; }
static inline void wippy_set_borrowed_worker(void *worker) { wippy_borrowed_worker_slot = worker; }

// accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC: a GNU extension.
int wippy_accept(int listener);

// Names the calling thread for the system's tools; what is beyond 15 bytes is cut off.
void wippy_name_thread(const char *name);

// A counting semaphore on the monotonic clock; opaque, because sem_t's functions on that clock are a GNU extension.
typedef struct wippy_semaphore wippy_semaphore;

// NULL when there is no memory for it.
wippy_semaphore *wippy_semaphore_create(void);
void wippy_semaphore_destroy(wippy_semaphore *semaphore);
void wippy_semaphore_signal(wippy_semaphore *semaphore);
void wippy_semaphore_wait(wippy_semaphore *semaphore);
// false when `nanoseconds` have passed without a signal.
bool wippy_semaphore_wait_for(wippy_semaphore *semaphore, uint64_t nanoseconds);

// Files. All return -1 and set errno.

// F_*: how many bytes a pipe holds.
#define WIPPY_SET_PIPE_SIZE 1031
#define WIPPY_GET_PIPE_SIZE 1032

// RESOLVE_*: what openat2 refuses on its way.
#define WIPPY_RESOLVE_NO_MAGICLINKS 0x02
#define WIPPY_RESOLVE_BENEATH 0x08
#define WIPPY_RESOLVE_CACHED 0x20

int wippy_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
int wippy_openat(int directory, const char *path, int flags, unsigned mode);
ssize_t wippy_getdents64(int directory, void *buffer, size_t count);
// At most what is in the page cache; EAGAIN where the first byte is not, EOPNOTSUPP where the filesystem cannot tell.
ssize_t wippy_read_cached(int file, void *buffer, size_t count, off_t offset);
// RWF_*: how one write goes out.
#define WIPPY_WRITE_DSYNC 0x02
#define WIPPY_WRITE_SYNC 0x04
#define WIPPY_WRITE_NOWAIT 0x08
#define WIPPY_WRITE_APPEND 0x10
ssize_t wippy_write_at(int file, const void *buffer, size_t count, off_t offset, int flags);
int wippy_allocate(int file, off_t offset, off_t count);
// The times of what an O_PATH descriptor names.
int wippy_set_times(int descriptor, const struct timespec times[2]);
// Whether the filesystem is one of this machine's own disks or memory, and not another machine's.
bool wippy_is_local_filesystem(int descriptor);
#define WIPPY_O_PATH 010000000
#define WIPPY_UTIME_NOW 0x3fffffff
#define WIPPY_UTIME_OMIT 0x3ffffffe

#endif
