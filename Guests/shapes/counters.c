#include "shapes.h"

// The representation of a counter is its place in this table plus one. The arena would not do: counters outlive a call.
enum { CAPACITY = 4096 };
static struct {
  bool used;
  int32_t value;
} counters[CAPACITY];
static uint32_t live;

IMPORT("[export]demo:shapes/shapes@1.0.0", "[resource-new]counter") uint32_t new_handle(uint32_t representation);
IMPORT("[export]demo:shapes/shapes@1.0.0", "[resource-rep]counter") uint32_t representation_of(uint32_t handle);
IMPORT("[export]demo:shapes/shapes@1.0.0", "[resource-drop]counter") void drop_handle(uint32_t handle);

static uint32_t make(int32_t start) {
  for (uint32_t i = 0; i < CAPACITY; i++) {
    if (counters[i].used) continue;
    counters[i].used = true;
    counters[i].value = start;
    live++;
    return new_handle(i + 1);
  }
  __builtin_trap();
}

static int32_t *value_of(uint32_t representation) { return &counters[representation - 1].value; }

static int32_t take(uint32_t handle) {
  int32_t value = *value_of(representation_of(handle));
  drop_handle(handle);
  return value;
}

EXPORT(SHAPES "[constructor]counter") uint32_t constructor(int32_t start) { return make(start); }

EXPORT(SHAPES "[dtor]counter") void destructor(uint32_t representation) {
  counters[representation - 1].used = false;
  live--;
}

// A borrow of a resource of this very component arrives as its representation.
EXPORT(SHAPES "[method]counter.increment") int32_t increment(uint32_t self, int32_t by) { return *value_of(self) += by; }
EXPORT(SHAPES "[method]counter.value") int32_t value(uint32_t self) { return *value_of(self); }
EXPORT(SHAPES "[static]counter.merge") uint32_t merge(uint32_t a, uint32_t b) { return make(take(a) + take(b)); }
EXPORT(SHAPES "read-counter") int32_t read_counter(uint32_t from) { return *value_of(from); }
EXPORT(SHAPES "consume") int32_t consume(uint32_t taken) { return take(taken); }
EXPORT(SHAPES "live-counters") uint32_t live_counters(void) { return live; }

// Counters that start at 0, 1, 2, ...
EXPORT(SHAPES "make-counters") list *make_counters(uint32_t count) {
  uint32_t *handles = ALLOCATE(uint32_t, count);
  for (uint32_t i = 0; i < count; i++) handles[i] = make((int32_t)i);
  list *result = ALLOCATE(list, 1);
  *result = (list){handles, count};
  return result;
}

EXPORT("cabi_post_" SHAPES "make-counters") void make_counters_post_return(list *result) { (void)result, arena_reset(); }

EXPORT(SHAPES "sum-counters") int32_t sum_counters(const uint32_t *representations, size_t count) {
  int32_t total = 0;
  for (size_t i = 0; i < count; i++) total += *value_of(representations[i]);
  arena_reset();
  return total;
}

typedef struct {
  uint8_t failed;
  union {
    uint32_t handle;
    text error;
  };
} choice;

// The counter with the larger value; an error when they are equal. What is not returned is dropped.
EXPORT(SHAPES "larger") choice *larger(uint32_t a, uint32_t has_b, uint32_t b) {
  static choice result;
  result = (choice){.failed = 0, .handle = a};
  if (!has_b) return &result;
  int32_t first = *value_of(representation_of(a)), second = *value_of(representation_of(b));
  if (first >= second) drop_handle(b);
  if (first <= second) drop_handle(a);
  if (first < second) result.handle = b;
  if (first == second) result = (choice){.failed = 1, .error = TEXT("they are equal")};
  return &result;
}
