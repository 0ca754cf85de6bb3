#ifndef CLINUX_H
#define CLINUX_H

// What Swift's Glibc module leaves out: epoll, eventfd, timerfd, thread-local storage, and GNU extensions.

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <stdbool.h>
#include <stdint.h>

// Grows every heap by at least `bytes`, and not by a system call a page.
static inline void wippy_grow_heaps_by(int bytes) { mallopt(M_TOP_PAD, bytes); }

// The scheduler's worker that the calling thread is; NULL on every other thread.
extern __thread void *wippy_current_worker_slot;

static inline void *wippy_current_worker(void) { return wippy_current_worker_slot; }
static inline void wippy_set_current_worker(void *worker) { wippy_current_worker_slot = worker; }

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

#endif
