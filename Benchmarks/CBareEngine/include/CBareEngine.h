// The same work as the project's, written against libwasmtime's C API alone: what the benchmarks compare with.
#ifndef WIPPY_CBAREENGINE_H
#define WIPPY_CBAREENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bare_engine bare_engine;
typedef struct bare_core bare_core;
typedef struct bare_component bare_component;
typedef struct bare_suspended bare_suspended;

/// The pool's settings; the benchmarks give those of the runtime's first pool.
typedef struct bare_pool {
  uint32_t stacks, instances, memories, tables;
  size_t memory_bytes, table_elements, instance_bytes;
  size_t memory_keep, table_keep, stack_keep, decommit_batch;
  uint32_t warm_slots;
  size_t async_stack, wasm_stack;
  uint64_t reservation, guard;
} bare_pool;

/// Every function that can fail prints why and returns null or false.
bare_engine *bare_engine_new(const bare_pool *pool, bool components);
void bare_engine_delete(bare_engine *engine);

/// Compiles text or binary to a module whose imports, if any, are `host.wait: (i32) -> i32`, which suspends once.
bare_core *bare_core_new(bare_engine *engine, const uint8_t *wasm, size_t size, const char *function);
void bare_core_delete(bare_core *core);
/// Instantiates, calls the function with `arguments`, and drops everything, `count` times.
bool bare_core_cycle(bare_core *core, const int32_t *arguments, size_t argument_count, size_t results, size_t count);
/// Calls the function once and polls until it is done; says how often it was suspended.
bool bare_core_suspensions(bare_core *core, int32_t argument, size_t *suspensions);

/// An instance that is suspended in `host.wait`.
bare_suspended *bare_suspended_new(bare_core *core, int32_t argument);
/// Drops the call and the store.
void bare_suspended_delete(bare_suspended *suspended);

/// `function` may be null for a component that is only instantiated. For `bare_component_cycle` it takes one string
/// and returns one.
bare_component *bare_component_new(bare_engine *engine, const uint8_t *wasm, size_t size, const char *function);
void bare_component_delete(bare_component *component);
bool bare_component_cycle(bare_component *component, const char *argument, size_t count);

/// Instantiates and drops, `count` times. What the component imports traps.
bool bare_component_instantiations(bare_component *component, size_t count);
/// What is passed to a function that returns the like.
typedef enum bare_argument { BARE_INTEGERS, BARE_STRING, BARE_RECORDS } bare_argument;
/// Calls the function of one instance `count` times: with two u32, with a string of `size` bytes, or with a list of
/// `size` records of a u32, an f64 and a string.
bool bare_component_calls(bare_component *component, bare_argument argument, size_t size, size_t count);

/// Text format to binary; free the result.
uint8_t *bare_wat(const char *text, size_t size, size_t *wasm_size);

#endif
