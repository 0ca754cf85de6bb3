// Calls every function of `imports.h` with arguments that a seed decides: handles that may be there, places in memory and
// at its end, huge and ordinary numbers.
#ifndef FUZZ_H
#define FUZZ_H

#include "guest.h"

static uint64_t state;
static bool is_careful;
static char scratch[8192];

static uint64_t next_number(void) {
  uint64_t word = state += 0x9e3779b97f4a7c15;
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
  word = (word ^ word >> 27) * 0x94d049bb133111eb;
  return word ^ word >> 31;
}

static uint32_t memory_bytes(void) { return (uint32_t)__builtin_wasm_memory_size(0) << 16; }

static uint32_t number32(void) {
  uint64_t word = next_number();
  uint32_t value = (uint32_t)(word >> 32);
  switch (word % (is_careful ? 4 : 10)) {
    case 0: return value % 6;
    case 1: return value % 24;
    case 2:
    case 3: return (uint32_t)(uintptr_t)scratch + value % (sizeof scratch / 2) / 8 * 8;
    case 4: return memory_bytes() - value % 128;
    case 5: return 0xffffffffu - value % 256;
    case 6: return 0x80000000u + value % 64;
    case 7: return value % 65536;
    case 8: return memory_bytes() + value % 65536;
    default: return value;
  }
}

static uint64_t number64(void) {
  uint64_t word = next_number();
  switch (word % 5) {
    case 0: return word >> 8 & 15;
    case 1: return word >> 8 & 65535;
    case 2: return ~0ull - (word >> 8 & 15);
    case 3: return 1ull << (word >> 8 & 63);
    default: return next_number();
  }
}

#define i number32()
#define l number64()
#define i_type uint32_t
#define l_type uint64_t
#define CALL_FUNCTION(index, call) static void call_##index(void) { (void)(call); }
#define CALL_NOTHING(index, call) static void call_##index(void) { call; }

#include IMPORTS

#undef i
#undef l

static void prepare(uint64_t seed) {
  state = seed;
  uint64_t pages = next_number() % 8;
  if (pages < 4) __builtin_wasm_memory_grow(0, (size_t)pages);
  for (size_t place = 0; place < sizeof scratch; place += 4) {
    uint32_t value = number32();
    memcpy(scratch + place, &value, 4);
  }
}

EXPORT("import-count") uint32_t import_count(void) { return sizeof calls / sizeof *calls; }

EXPORT("fuzz") uint32_t fuzz(uint64_t seed, uint32_t count) {
  prepare(seed);
  for (uint32_t done = 0; done < count; done++) {
    is_careful = next_number() % 8 != 0;
    calls[next_number() % import_count()]();
    if (next_number() % 16 == 0) arena_reset();
  }
  return count;
}

EXPORT("fuzz-one") void fuzz_one(uint32_t index, uint64_t seed) {
  prepare(seed);
  is_careful = seed & 1;
  calls[index % import_count()]();
}

#endif
