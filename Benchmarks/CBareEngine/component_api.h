// The component API of libwasmtime 50.0.1, as far as the reference needs it. The runtime itself uses the core API only.
#ifndef WIPPY_COMPONENT_API_H
#define WIPPY_COMPONENT_API_H

#include <CWasmtime.h>

typedef struct wasmtime_component_t wasmtime_component_t;
typedef struct wasmtime_component_linker_t wasmtime_component_linker_t;
typedef struct wasmtime_component_export_index_t wasmtime_component_export_index_t;
typedef struct wasmtime_component_func {
  struct { uint64_t store_id; uint32_t private1; } inner;
  uint32_t private2;
  void *private3;
} wasmtime_component_func_t;
typedef struct wasmtime_component_instance { uint64_t store_id; uint32_t private_; } wasmtime_component_instance_t;

enum {
  WASMTIME_COMPONENT_U32 = 6,
  WASMTIME_COMPONENT_F64 = 10,
  WASMTIME_COMPONENT_STRING = 12,
  WASMTIME_COMPONENT_LIST = 13,
  WASMTIME_COMPONENT_RECORD = 14
};
typedef union wasmtime_component_valunion {
  bool boolean;
  uint32_t u32;
  uint64_t u64;
  double f64;
  wasm_name_t string;
  struct { size_t size; struct wasmtime_component_val *data; } list;
  struct { size_t size; struct wasmtime_component_valrecord_entry *data; } record;
  struct { wasm_name_t discriminant; void *value; } variant;
} wasmtime_component_valunion_t;
typedef struct wasmtime_component_val { uint8_t kind; wasmtime_component_valunion_t of; } wasmtime_component_val_t;
typedef struct wasmtime_component_valrecord_entry {
  wasm_name_t name;
  wasmtime_component_val_t val;
} wasmtime_component_valrecord_entry_t;

void wasmtime_config_wasm_component_model_set(wasm_config_t *config, bool enabled);
wasmtime_error_t *wasmtime_component_new(
    wasm_engine_t *engine, const uint8_t *wasm, size_t size, wasmtime_component_t **component);
void wasmtime_component_delete(wasmtime_component_t *component);
wasmtime_component_export_index_t *wasmtime_component_get_export_index(
    const wasmtime_component_t *component, const wasmtime_component_export_index_t *instance, const char *name,
    size_t size);
void wasmtime_component_export_index_delete(wasmtime_component_export_index_t *index);
wasmtime_component_linker_t *wasmtime_component_linker_new(wasm_engine_t *engine);
wasmtime_error_t *wasmtime_component_linker_define_unknown_imports_as_traps(
    wasmtime_component_linker_t *linker, const wasmtime_component_t *component);
void wasmtime_component_linker_delete(wasmtime_component_linker_t *linker);
wasmtime_call_future_t *wasmtime_component_linker_instantiate_async(
    const wasmtime_component_linker_t *linker, wasmtime_context_t *context, const wasmtime_component_t *component,
    wasmtime_component_instance_t *instance, wasmtime_error_t **error);
bool wasmtime_component_instance_get_func(
    const wasmtime_component_instance_t *instance, wasmtime_context_t *context,
    const wasmtime_component_export_index_t *index, wasmtime_component_func_t *function);
wasmtime_call_future_t *wasmtime_component_func_call_async(
    const wasmtime_component_func_t *function, wasmtime_context_t *context, const wasmtime_component_val_t *arguments,
    size_t argument_count, wasmtime_component_val_t *results, size_t result_count, wasmtime_error_t **error);
void wasmtime_component_val_delete(wasmtime_component_val_t *value);

#endif
