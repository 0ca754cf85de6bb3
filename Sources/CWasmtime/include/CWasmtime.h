// What the project uses of libwasmtime's C API, version 50.0.1.
//
// Declared from the interface facts of that version; WippyEngineTests compares every structure and function
// with the `_bindings.py` of the same wheel.
#ifndef WIPPY_CWASMTIME_H
#define WIPPY_CWASMTIME_H

// For malloc_trim: Swift's Glibc module does not have it.
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WASMTIME_VERSION_EXPECTED "50.0.1"

// Opaque objects.

typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_valtype_t wasm_valtype_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_memorytype_t wasm_memorytype_t;
typedef struct wasm_externtype_t wasm_externtype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasm_exporttype_t wasm_exporttype_t;
typedef struct wasm_frame_t wasm_frame_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasmtime_module wasmtime_module_t;
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;
typedef struct wasmtime_caller wasmtime_caller_t;
typedef struct wasmtime_linker wasmtime_linker_t;
typedef struct wasmtime_instance_pre wasmtime_instance_pre_t;
typedef struct wasmtime_call_future wasmtime_call_future_t;
typedef struct wasmtime_pooling_allocation_config_t wasmtime_pooling_allocation_config_t;

// Vectors.

typedef struct wasm_byte_vec_t { size_t size; uint8_t *data; } wasm_byte_vec_t;
typedef wasm_byte_vec_t wasm_name_t;
typedef wasm_byte_vec_t wasm_message_t;
typedef struct wasm_valtype_vec_t { size_t size; wasm_valtype_t **data; } wasm_valtype_vec_t;
typedef struct wasm_importtype_vec_t { size_t size; wasm_importtype_t **data; } wasm_importtype_vec_t;
typedef struct wasm_exporttype_vec_t { size_t size; wasm_exporttype_t **data; } wasm_exporttype_vec_t;
typedef struct wasm_frame_vec_t { size_t size; wasm_frame_t **data; } wasm_frame_vec_t;

typedef struct wasm_limits_t { uint32_t min; uint32_t max; } wasm_limits_t;

typedef uint8_t wasm_valkind_t;
typedef uint8_t wasm_externkind_t;

// Handles into a store, and values.

typedef struct wasmtime_func { uint64_t store_id; void *private_; } wasmtime_func_t;
typedef struct wasmtime_table {
  struct { uint64_t store_id; uint32_t private1; } inner;
  uint32_t private2;
} wasmtime_table_t;
typedef struct wasmtime_memory {
  struct { uint64_t store_id; uint32_t private1; } inner;
  uint32_t private2;
} wasmtime_memory_t;
typedef struct wasmtime_global {
  uint64_t store_id;
  uint32_t private1;
  uint32_t private2;
  uint32_t private3;
} wasmtime_global_t;
typedef struct wasmtime_tag {
  struct { uint64_t store_id; uint32_t private1; } inner;
  uint32_t private2;
} wasmtime_tag_t;
typedef struct wasmtime_instance { uint64_t store_id; size_t private_; } wasmtime_instance_t;

typedef uint8_t wasmtime_valkind_t;
enum { WASMTIME_I32 = 0, WASMTIME_I64 = 1, WASMTIME_F32 = 2, WASMTIME_F64 = 3, WASMTIME_V128 = 4 };

typedef union wasmtime_valunion {
  int32_t i32;
  int64_t i64;
  float f32;
  double f64;
  wasmtime_func_t funcref;
  uint8_t v128[16];
  uint64_t reference[3];
} wasmtime_valunion_t;
typedef struct wasmtime_val { wasmtime_valkind_t kind; wasmtime_valunion_t of; } wasmtime_val_t;

typedef union wasmtime_val_raw {
  int32_t i32;
  int64_t i64;
  float f32;
  double f64;
  uint8_t v128[16];
  void *funcref;
} wasmtime_val_raw_t;

typedef uint8_t wasmtime_extern_kind_t;
enum {
  WASMTIME_EXTERN_FUNC = 0,
  WASMTIME_EXTERN_GLOBAL = 1,
  WASMTIME_EXTERN_TABLE = 2,
  WASMTIME_EXTERN_MEMORY = 3
};
typedef union wasmtime_extern_union {
  wasmtime_func_t func;
  wasmtime_global_t global;
  wasmtime_table_t table;
  wasmtime_memory_t memory;
  wasmtime_tag_t tag;
} wasmtime_extern_union_t;
typedef struct wasmtime_extern { wasmtime_extern_kind_t kind; wasmtime_extern_union_t of; } wasmtime_extern_t;

// Engine configuration.

wasm_config_t *wasm_config_new(void);
void wasm_config_delete(wasm_config_t *config);
wasm_engine_t *wasm_engine_new_with_config(wasm_config_t *config);
void wasm_engine_delete(wasm_engine_t *engine);
void wasmtime_engine_increment_epoch(wasm_engine_t *engine);
void wasmtime_config_epoch_interruption_set(wasm_config_t *config, bool enabled);
void wasmtime_config_max_wasm_stack_set(wasm_config_t *config, size_t bytes);
void wasmtime_config_async_stack_size_set(wasm_config_t *config, uint64_t bytes);
void wasmtime_config_parallel_compilation_set(wasm_config_t *config, bool enabled);
void wasmtime_config_memory_reservation_set(wasm_config_t *config, uint64_t bytes);
void wasmtime_config_memory_guard_size_set(wasm_config_t *config, uint64_t bytes);
void wasmtime_config_memory_init_cow_set(wasm_config_t *config, bool enabled);
void wasmtime_config_concurrency_support_set(wasm_config_t *config, bool enabled);
wasmtime_pooling_allocation_config_t *wasmtime_pooling_allocation_config_new(void);
void wasmtime_pooling_allocation_config_delete(wasmtime_pooling_allocation_config_t *pool);
void wasmtime_pooling_allocation_config_total_core_instances_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_total_memories_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_total_tables_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_total_stacks_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_total_gc_heaps_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_total_component_instances_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_max_memories_per_module_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_max_tables_per_module_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_max_memory_size_set(
    wasmtime_pooling_allocation_config_t *pool, size_t bytes);
void wasmtime_pooling_allocation_config_table_elements_set(
    wasmtime_pooling_allocation_config_t *pool, size_t count);
void wasmtime_pooling_allocation_config_max_core_instance_size_set(
    wasmtime_pooling_allocation_config_t *pool, size_t bytes);
void wasmtime_pooling_allocation_config_async_stack_keep_resident_set(
    wasmtime_pooling_allocation_config_t *pool, size_t bytes);
void wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(
    wasmtime_pooling_allocation_config_t *pool, size_t bytes);
void wasmtime_pooling_allocation_config_table_keep_resident_set(
    wasmtime_pooling_allocation_config_t *pool, size_t bytes);
void wasmtime_pooling_allocation_config_max_unused_warm_slots_set(
    wasmtime_pooling_allocation_config_t *pool, uint32_t count);
void wasmtime_pooling_allocation_config_decommit_batch_size_set(
    wasmtime_pooling_allocation_config_t *pool, size_t count);
void wasmtime_pooling_allocation_strategy_set(
    wasm_config_t *config, const wasmtime_pooling_allocation_config_t *pool);

// Vectors, types.

void wasm_byte_vec_delete(wasm_byte_vec_t *bytes);
wasm_valtype_t *wasm_valtype_new(wasm_valkind_t kind);
void wasm_valtype_vec_new(wasm_valtype_vec_t *out, size_t count, wasm_valtype_t *const *types);
wasm_functype_t *wasm_functype_new(wasm_valtype_vec_t *parameters, wasm_valtype_vec_t *results);
void wasm_functype_delete(wasm_functype_t *type);
wasmtime_error_t *wasmtime_memorytype_new(
    uint64_t minimum, bool has_maximum, uint64_t maximum, bool is_64, bool is_shared, uint8_t page_size_log2,
    wasm_memorytype_t **type);
void wasm_memorytype_delete(wasm_memorytype_t *type);
void wasm_exporttype_vec_delete(wasm_exporttype_vec_t *types);

// Errors and traps.

wasmtime_error_t *wasmtime_error_new(const char *message);
void wasmtime_error_delete(wasmtime_error_t *error);
void wasmtime_error_message(const wasmtime_error_t *error, wasm_name_t *message);
void wasmtime_error_wasm_trace(const wasmtime_error_t *error, wasm_frame_vec_t *frames);
wasm_trap_t *wasmtime_trap_new(const char *message, size_t size);
bool wasmtime_trap_code(const wasm_trap_t *trap, uint8_t *code);
void wasm_trap_message(const wasm_trap_t *trap, wasm_message_t *message);
void wasm_trap_trace(const wasm_trap_t *trap, wasm_frame_vec_t *frames);
void wasm_trap_delete(wasm_trap_t *trap);
void wasm_frame_vec_delete(wasm_frame_vec_t *frames);
uint32_t wasm_frame_func_index(const wasm_frame_t *frame);
size_t wasm_frame_module_offset(const wasm_frame_t *frame);
size_t wasm_frame_func_offset(const wasm_frame_t *frame);
const wasm_name_t *wasmtime_frame_func_name(const wasm_frame_t *frame);
const wasm_name_t *wasmtime_frame_module_name(const wasm_frame_t *frame);

// Modules.

wasmtime_error_t *wasmtime_wat2wasm(const char *text, size_t size, wasm_byte_vec_t *wasm);
wasmtime_error_t *wasmtime_module_new(
    wasm_engine_t *engine, const uint8_t *wasm, size_t size, wasmtime_module_t **module);
wasmtime_error_t *wasmtime_module_validate(wasm_engine_t *engine, const uint8_t *wasm, size_t size);
void wasmtime_module_delete(wasmtime_module_t *module);
void wasmtime_module_exports(const wasmtime_module_t *module, wasm_exporttype_vec_t *exports);
wasmtime_error_t *wasmtime_module_serialize(wasmtime_module_t *module, wasm_byte_vec_t *code);
wasmtime_error_t *wasmtime_module_deserialize_file(
    wasm_engine_t *engine, const char *path, wasmtime_module_t **module);

// Stores.

typedef uint8_t wasmtime_update_deadline_kind_t;
enum { WASMTIME_UPDATE_DEADLINE_CONTINUE = 0, WASMTIME_UPDATE_DEADLINE_YIELD = 1 };

wasmtime_store_t *wasmtime_store_new(wasm_engine_t *engine, void *data, void (*finalizer)(void *));
void wasmtime_store_delete(wasmtime_store_t *store);
wasmtime_context_t *wasmtime_store_context(wasmtime_store_t *store);
void wasmtime_store_limiter(
    wasmtime_store_t *store, int64_t memory_bytes, int64_t table_elements, int64_t instances, int64_t tables,
    int64_t memories);
void wasmtime_store_epoch_deadline_callback(
    wasmtime_store_t *store,
    wasmtime_error_t *(*callback)(
        wasmtime_context_t *context, void *data, uint64_t *delta, wasmtime_update_deadline_kind_t *kind),
    void *data, void (*finalizer)(void *));
void *wasmtime_context_get_data(const wasmtime_context_t *context);
void wasmtime_context_set_data(wasmtime_context_t *context, void *data);
void wasmtime_context_set_epoch_deadline(wasmtime_context_t *context, uint64_t ticks_beyond_current);
wasmtime_context_t *wasmtime_caller_context(wasmtime_caller_t *caller);

// Instances, functions, memories.

wasmtime_error_t *wasmtime_instance_new(
    wasmtime_context_t *context, const wasmtime_module_t *module, const wasmtime_extern_t *imports, size_t count,
    wasmtime_instance_t *instance, wasm_trap_t **trap);
bool wasmtime_instance_export_get(
    wasmtime_context_t *context, const wasmtime_instance_t *instance, const char *name, size_t size,
    wasmtime_extern_t *item);
bool wasmtime_instance_export_nth(
    wasmtime_context_t *context, const wasmtime_instance_t *instance, size_t index, char **name, size_t *size,
    wasmtime_extern_t *item);
wasmtime_error_t *wasmtime_instance_pre_instantiate(
    const wasmtime_instance_pre_t *pre, wasmtime_context_t *context, wasmtime_instance_t *instance,
    wasm_trap_t **trap);
void wasmtime_instance_pre_delete(wasmtime_instance_pre_t *pre);
wasmtime_error_t *wasmtime_memory_new(
    wasmtime_context_t *context, const wasm_memorytype_t *type, wasmtime_memory_t *memory);
uint8_t *wasmtime_memory_data(const wasmtime_context_t *context, const wasmtime_memory_t *memory);
size_t wasmtime_memory_data_size(const wasmtime_context_t *context, const wasmtime_memory_t *memory);

// Linkers.

typedef wasm_trap_t *(*wasmtime_func_unchecked_callback_t)(
    void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *arguments_and_results, size_t count);

wasmtime_linker_t *wasmtime_linker_new(wasm_engine_t *engine);
void wasmtime_linker_delete(wasmtime_linker_t *linker);
void wasmtime_linker_allow_shadowing(wasmtime_linker_t *linker, bool allow);
wasmtime_error_t *wasmtime_linker_define(
    wasmtime_linker_t *linker, wasmtime_context_t *context, const char *module, size_t module_size, const char *name,
    size_t name_size, const wasmtime_extern_t *item);
wasmtime_error_t *wasmtime_linker_define_func_unchecked(
    wasmtime_linker_t *linker, const char *module, size_t module_size, const char *name, size_t name_size,
    const wasm_functype_t *type, wasmtime_func_unchecked_callback_t callback, void *env,
    void (*finalizer)(void *));
bool wasmtime_linker_get(
    const wasmtime_linker_t *linker, wasmtime_context_t *context, const char *module, size_t module_size,
    const char *name, size_t name_size, wasmtime_extern_t *item);
wasmtime_error_t *wasmtime_linker_instantiate_pre(
    const wasmtime_linker_t *linker, const wasmtime_module_t *module, wasmtime_instance_pre_t **pre);

// Calls that suspend.

typedef bool (*wasmtime_func_async_continuation_callback_t)(void *env);
typedef struct wasmtime_async_continuation_t {
  wasmtime_func_async_continuation_callback_t callback;
  void *env;
  void (*finalizer)(void *);
} wasmtime_async_continuation_t;
typedef void (*wasmtime_func_async_callback_t)(
    void *env, wasmtime_caller_t *caller, const wasmtime_val_t *arguments, size_t argument_count,
    wasmtime_val_t *results, size_t result_count, wasm_trap_t **trap, wasmtime_async_continuation_t *continuation);

wasmtime_error_t *wasmtime_linker_define_async_func(
    wasmtime_linker_t *linker, const char *module, size_t module_size, const char *name, size_t name_size,
    const wasm_functype_t *type, wasmtime_func_async_callback_t callback, void *env, void (*finalizer)(void *));
wasmtime_call_future_t *wasmtime_linker_instantiate_async(
    const wasmtime_linker_t *linker, wasmtime_context_t *context, const wasmtime_module_t *module,
    wasmtime_instance_t *instance, wasm_trap_t **trap, wasmtime_error_t **error);
wasmtime_call_future_t *wasmtime_instance_pre_instantiate_async(
    const wasmtime_instance_pre_t *pre, wasmtime_context_t *context, wasmtime_instance_t *instance,
    wasm_trap_t **trap, wasmtime_error_t **error);
wasmtime_call_future_t *wasmtime_func_call_async(
    wasmtime_context_t *context, const wasmtime_func_t *function, const wasmtime_val_t *arguments,
    size_t argument_count, wasmtime_val_t *results, size_t result_count, wasm_trap_t **trap,
    wasmtime_error_t **error);
bool wasmtime_call_future_poll(wasmtime_call_future_t *future);
void wasmtime_call_future_delete(wasmtime_call_future_t *future);

#endif
