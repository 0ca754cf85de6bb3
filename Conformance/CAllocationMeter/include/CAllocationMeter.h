// Counts what a program has allocated, by standing in front of the C library's allocator.
#ifndef WIPPY_ALLOCATION_METER_H
#define WIPPY_ALLOCATION_METER_H

#include <stddef.h>

/// Bytes that the calling thread has allocated and not freed.
long allocation_meter_current(void);
/// The most that it had since the last call of `allocation_meter_reset`.
long allocation_meter_peak(void);
void allocation_meter_reset(void);

#endif
