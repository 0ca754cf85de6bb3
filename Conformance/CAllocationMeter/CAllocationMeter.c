#include "CAllocationMeter.h"

#include <errno.h>
#include <malloc.h>

// glibc's own names of its functions, which stay reachable when a program defines `malloc`.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static _Thread_local long current, peak;

static void *count(void *block) {
  if (block) {
    current += (long)malloc_usable_size(block);
    if (current > peak) peak = current;
  }
  return block;
}

void *malloc(size_t size) { return count(__libc_malloc(size)); }
void *calloc(size_t number, size_t size) { return count(__libc_calloc(number, size)); }

void free(void *block) {
  if (block) current -= (long)malloc_usable_size(block);
  __libc_free(block);
}

void *realloc(void *block, size_t size) {
  long old = block ? (long)malloc_usable_size(block) : 0;
  void *grown = __libc_realloc(block, size);
  if (grown || size == 0) current -= old;
  return count(grown);
}

void *memalign(size_t alignment, size_t size) { return count(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return count(__libc_memalign(alignment, size)); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *aligned = count(__libc_memalign(alignment, size));
  if (!aligned) return ENOMEM;
  *block = aligned;
  return 0;
}

long allocation_meter_current(void) { return current; }
long allocation_meter_peak(void) { return peak; }
void allocation_meter_reset(void) { peak = current; }
