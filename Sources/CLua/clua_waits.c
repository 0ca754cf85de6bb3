#include "clua_internal.h"

// Which coroutine waits for which number (a ticket or a timer): an open-addressing table, because a program may have tens
// of thousands that wait.

static size_t place(const clua_waits *waits, uint64_t id) {
  return (size_t)(id * 0x9E3779B97F4A7C15ull >> 32) & (waits->capacity - 1);
}

static void put(clua_waits *waits, uint64_t id, clua_task *task) {
  size_t at = place(waits, id);
  while (waits->slots[at].id) at = (at + 1) & (waits->capacity - 1);
  waits->slots[at] = (clua_wait){id, task};
}

static void grow(clua_waits *waits) {
  clua_waits larger = {NULL, waits->capacity ? waits->capacity * 2 : 8, waits->count};
  larger.slots = calloc(larger.capacity, sizeof *larger.slots);
  if (!larger.slots) abort(); // as Swift does when there is no memory
  for (size_t i = 0; i < waits->capacity; i++) {
    if (waits->slots[i].id) put(&larger, waits->slots[i].id, waits->slots[i].task);
  }
  free(waits->slots);
  *waits = larger;
}

void clua_waits_add(clua_waits *waits, uint64_t id, clua_task *task) {
  if ((waits->count + 1) * 4 > waits->capacity * 3) grow(waits);
  put(waits, id, task);
  waits->count++;
}

clua_task *clua_waits_take(clua_waits *waits, uint64_t id) {
  if (!waits->count || !id) return NULL;
  const size_t mask = waits->capacity - 1;
  size_t at = place(waits, id);
  while (waits->slots[at].id != id) {
    if (!waits->slots[at].id) return NULL;
    at = (at + 1) & mask;
  }
  clua_task *task = waits->slots[at].task;
  waits->count--;
  // Those behind it move up, so that no search ends too early.
  for (size_t next = (at + 1) & mask; waits->slots[next].id; next = (next + 1) & mask) {
    size_t home = place(waits, waits->slots[next].id);
    if (((next - home) & mask) < ((next - at) & mask)) continue;
    waits->slots[at] = waits->slots[next];
    at = next;
  }
  waits->slots[at].id = 0;
  return task;
}

void clua_waits_free(clua_waits *waits) {
  free(waits->slots);
  *waits = (clua_waits){NULL, 0, 0};
}
