#include "clua_internal.h"

// The arena: a few thousand bytes that a new state makes its small objects of. Most processes never need more, and are spared a
// hundred trips to the heap. It does not grow, so that what it holds back is bounded.

#define ARENA_SIZE 32768

bool clua_arena_create(clua_arena *arena) {
  arena->start = arena->next = malloc(ARENA_SIZE);
  arena->end = arena->start ? arena->start + ARENA_SIZE : NULL;
  return arena->start != NULL;
}

void clua_arena_free(clua_arena *arena) { free(arena->start); }

static bool is_in_arena(const clua_arena *arena, const void *block) {
  return (uintptr_t)block - (uintptr_t)arena->start < ARENA_SIZE;
}

static size_t arena_class(size_t size) { return (size + 15) / 16; }

static void *allocate(clua_arena *arena, size_t size) {
  size_t kind = arena_class(size);
  if (kind >= CLUA_ARENA_CLASSES) return malloc(size);
  void *block = arena->unused[kind];
  if (block) {
    memcpy(&arena->unused[kind], block, sizeof block);
    return block;
  }
  if ((size_t)(arena->end - arena->next) < kind * 16) return malloc(size);
  block = arena->next;
  arena->next += kind * 16;
  return block;
}

static void release(clua_arena *arena, void *block, size_t size) {
  if (!is_in_arena(arena, block)) {
    free(block);
    return;
  }
  void **unused = &arena->unused[arena_class(size)];
  memcpy(block, unused, sizeof *unused);
  *unused = block;
}

static void *reallocate(clua_arena *arena, void *block, size_t old_size, size_t new_size) {
  if (!block) return allocate(arena, new_size);
  if (!is_in_arena(arena, block)) return realloc(block, new_size);
  if (arena_class(old_size) == arena_class(new_size)) return block;
  void *moved = allocate(arena, new_size);
  // What becomes smaller may not fail.
  if (!moved) return new_size < old_size ? block : NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  release(arena, block, old_size);
  return moved;
}

// Only the worker that holds the process writes it.
static void count(clua_vm *vm, size_t change) {
  size_t used = atomic_load_explicit(&vm->used, memory_order_relaxed);
  atomic_store_explicit(&vm->used, used + change, memory_order_relaxed);
}

// Lua's allocator. At the limit it refuses once, so that Lua collects garbage and asks again; when that has hardly helped
// either, the process is out of memory for good: a program that lives at its limit would do nothing but collect.
void *clua_allocate(void *owner, void *block, size_t old_size, size_t new_size) {
  clua_vm *vm = owner;
  if (!block) old_size = 0; // Lua says there what the block is for
  if (new_size == 0) {
    if (block) release(&vm->arena, block, old_size);
    count(vm, -old_size);
    return NULL;
  }
  if (new_size > old_size) {
    size_t used = atomic_load_explicit(&vm->used, memory_order_relaxed);
    size_t growth = new_size - old_size;
    bool is_retry = vm->denied_size == new_size && vm->denied_block == block;
    size_t allowed = is_retry && !vm->out_of_memory ? vm->limit - vm->limit / 16 : vm->limit;
    if (growth > allowed || used > allowed - growth) {
      if (is_retry) {
        vm->out_of_memory = true;
        vm->denied_size = 0;
        if (vm->running) clua_arm(vm->running);
      } else {
        vm->denied_block = block;
        vm->denied_size = new_size;
      }
      return NULL;
    }
    if (is_retry) vm->denied_size = 0;
  }
  void *result = reallocate(&vm->arena, block, old_size, new_size);
  if (result) count(vm, new_size - old_size);
  return result;
}

size_t clua_memory_in_use(const clua_vm *vm) { return atomic_load_explicit(&vm->used, memory_order_relaxed); }

// Output ------------------------------------------------------------------------------------------------------------

void clua_output_grow(clua_output *output, size_t room) {
  size_t capacity = output->capacity ? output->capacity * 2 : 256;
  while (capacity - output->count < room) capacity *= 2;
  uint8_t *bytes = realloc(output->bytes, capacity);
  if (!bytes) abort(); // as Swift does when there is no memory
  output->bytes = bytes;
  output->capacity = capacity;
}

uint32_t clua_output_add_reference(clua_output *output, void *reference) {
  if (output->reference_count == output->reference_capacity) {
    uint32_t capacity = output->reference_capacity ? output->reference_capacity * 2 : 4;
    void **references = realloc(output->references, capacity * sizeof *references);
    if (!references) abort();
    output->references = references;
    output->reference_capacity = capacity;
  }
  output->references[output->reference_count] = reference;
  return output->reference_count++;
}

clua_output *clua_get_output(clua_vm *vm) { return &vm->output; }

void clua_reset_output(clua_vm *vm) {
  clua_output *output = &vm->output;
  for (uint32_t i = 0; i < output->reference_count; i++) {
    if (output->references[i]) clua_calls.release(output->references[i]);
  }
  output->reference_count = 0;
  output->count = 0;
  output->values = 0;
  // One large value is not to be kept for ever.
  if (output->capacity > 65536) {
    free(output->bytes);
    output->bytes = NULL;
    output->capacity = 0;
  }
}
