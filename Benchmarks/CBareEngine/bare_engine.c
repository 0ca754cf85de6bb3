#include "CBareEngine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "component_api.h"

struct bare_engine { wasm_engine_t *engine; };
struct bare_core {
  bare_engine *engine;
  wasmtime_module_t *module;
  wasmtime_linker_t *linker;
  wasmtime_instance_pre_t *pre;
  char *function;
};
struct bare_component {
  bare_engine *engine;
  wasmtime_component_t *component;
  wasmtime_component_linker_t *linker;
  wasmtime_component_export_index_t *index;
};
/// One call in its own store, as the engine needs it: the places must not move while the call runs.
struct bare_suspended {
  wasmtime_store_t *store;
  wasmtime_context_t *context;
  wasmtime_call_future_t *future;
  wasmtime_instance_t instance;
  wasmtime_func_t function;
  wasmtime_val_t arguments[4], results[4];
  wasm_trap_t *trap;
  wasmtime_error_t *error;
};

static bool failed(const char *what, wasmtime_error_t *error, wasm_trap_t *trap) {
  if (!error && !trap) return false;
  wasm_byte_vec_t message = {0, NULL};
  if (error) wasmtime_error_message(error, &message);
  else wasm_trap_message(trap, &message);
  fprintf(stderr, "bare engine: %s: %.*s\n", what, (int)message.size, (const char *)message.data);
  wasm_byte_vec_delete(&message);
  if (error) wasmtime_error_delete(error);
  if (trap) wasm_trap_delete(trap);
  return true;
}

bare_engine *bare_engine_new(const bare_pool *settings, bool components) {
  wasm_config_t *config = wasm_config_new();
  wasmtime_config_epoch_interruption_set(config, true);
  wasmtime_config_concurrency_support_set(config, false);
  wasmtime_config_memory_init_cow_set(config, true);
  wasmtime_config_max_wasm_stack_set(config, settings->wasm_stack);
  wasmtime_config_async_stack_size_set(config, settings->async_stack);
  wasmtime_config_memory_reservation_set(config, settings->reservation);
  wasmtime_config_memory_guard_size_set(config, settings->guard);
  wasmtime_pooling_allocation_config_t *pool = wasmtime_pooling_allocation_config_new();
  wasmtime_pooling_allocation_config_total_stacks_set(pool, settings->stacks);
  wasmtime_pooling_allocation_config_total_core_instances_set(pool, settings->instances);
  wasmtime_pooling_allocation_config_total_component_instances_set(pool, components ? settings->stacks : 0);
  wasmtime_pooling_allocation_config_total_memories_set(pool, settings->memories);
  wasmtime_pooling_allocation_config_total_tables_set(pool, settings->tables);
  wasmtime_pooling_allocation_config_total_gc_heaps_set(pool, 0);
  wasmtime_pooling_allocation_config_max_memory_size_set(pool, settings->memory_bytes);
  wasmtime_pooling_allocation_config_table_elements_set(pool, settings->table_elements);
  wasmtime_pooling_allocation_config_max_core_instance_size_set(pool, settings->instance_bytes);
  wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, settings->memory_keep);
  wasmtime_pooling_allocation_config_table_keep_resident_set(pool, settings->table_keep);
  wasmtime_pooling_allocation_config_async_stack_keep_resident_set(pool, settings->stack_keep);
  wasmtime_pooling_allocation_config_max_unused_warm_slots_set(pool, settings->warm_slots);
  wasmtime_pooling_allocation_config_decommit_batch_size_set(pool, settings->decommit_batch);
  wasmtime_pooling_allocation_strategy_set(config, pool);
  wasmtime_pooling_allocation_config_delete(pool);
  wasm_engine_t *engine = wasm_engine_new_with_config(config);
  if (!engine) return NULL;
  bare_engine *result = calloc(1, sizeof *result);
  result->engine = engine;
  return result;
}

void bare_engine_delete(bare_engine *engine) {
  wasm_engine_delete(engine->engine);
  free(engine);
}

// A wait that is not over when it begins, and is when it is asked again.

typedef struct bare_wait { bool asked; wasmtime_val_t *result; int32_t value; } bare_wait;

static bool wait_ready(void *env) {
  bare_wait *wait = env;
  if (!wait->asked) {
    wait->asked = true;
    return false;
  }
  wait->result->kind = WASMTIME_I32;
  wait->result->of.i32 = wait->value;
  return true;
}

static void wait_call(
    void *env, wasmtime_caller_t *caller, const wasmtime_val_t *arguments, size_t argument_count,
    wasmtime_val_t *results, size_t result_count, wasm_trap_t **trap, wasmtime_async_continuation_t *continuation) {
  (void)env, (void)caller, (void)argument_count, (void)result_count, (void)trap;
  bare_wait *wait = malloc(sizeof *wait);
  *wait = (bare_wait){false, results, arguments[0].of.i32 + 1};
  continuation->callback = wait_ready;
  continuation->env = wait;
  continuation->finalizer = free;
}

bare_core *bare_core_new(bare_engine *engine, const uint8_t *wasm, size_t size, const char *function) {
  bare_core *core = calloc(1, sizeof *core);
  core->engine = engine;
  core->function = strdup(function);
  if (failed("compile", wasmtime_module_new(engine->engine, wasm, size, &core->module), NULL)) return NULL;
  core->linker = wasmtime_linker_new(engine->engine);
  wasm_valtype_vec_t parameters, results;
  wasm_valtype_t *one = wasm_valtype_new(WASMTIME_I32), *two = wasm_valtype_new(WASMTIME_I32);
  wasm_valtype_vec_new(&parameters, 1, &one);
  wasm_valtype_vec_new(&results, 1, &two);
  wasm_functype_t *type = wasm_functype_new(&parameters, &results);
  wasmtime_error_t *error =
      wasmtime_linker_define_async_func(core->linker, "host", 4, "wait", 4, type, wait_call, NULL, NULL);
  wasm_functype_delete(type);
  if (failed("define", error, NULL)) return NULL;
  if (failed("link", wasmtime_linker_instantiate_pre(core->linker, core->module, &core->pre), NULL)) return NULL;
  return core;
}

void bare_core_delete(bare_core *core) {
  wasmtime_instance_pre_delete(core->pre);
  wasmtime_linker_delete(core->linker);
  wasmtime_module_delete(core->module);
  free(core->function);
  free(core);
}

static bool instantiate(bare_core *core, bare_suspended *call) {
  memset(call, 0, sizeof *call);
  call->store = wasmtime_store_new(core->engine->engine, NULL, NULL);
  call->context = wasmtime_store_context(call->store);
  wasmtime_context_set_epoch_deadline(call->context, (uint64_t)1 << 40);
  call->future =
      wasmtime_instance_pre_instantiate_async(core->pre, call->context, &call->instance, &call->trap, &call->error);
  while (!wasmtime_call_future_poll(call->future)) {}
  wasmtime_call_future_delete(call->future);
  call->future = NULL;
  if (failed("instantiate", call->error, call->trap)) return false;
  wasmtime_extern_t item;
  if (!wasmtime_instance_export_get(
          call->context, &call->instance, core->function, strlen(core->function), &item)) {
    fprintf(stderr, "bare engine: no export %s\n", core->function);
    return false;
  }
  call->function = item.of.func;
  return true;
}

static void begin(bare_suspended *call, const int32_t *arguments, size_t count, size_t results) {
  for (size_t i = 0; i < count && i < 4; i++) {
    call->arguments[i].kind = WASMTIME_I32;
    call->arguments[i].of.i32 = arguments[i];
  }
  call->future = wasmtime_func_call_async(
      call->context, &call->function, call->arguments, count, call->results, results, &call->trap, &call->error);
}

static void end(bare_suspended *call) {
  if (call->future) wasmtime_call_future_delete(call->future);
  wasmtime_store_delete(call->store);
}

bool bare_core_cycle(bare_core *core, const int32_t *arguments, size_t argument_count, size_t results, size_t count) {
  for (size_t i = 0; i < count; i++) {
    bare_suspended call;
    if (!instantiate(core, &call)) return false;
    begin(&call, arguments, argument_count, results);
    while (!wasmtime_call_future_poll(call.future)) {}
    if (failed("call", call.error, call.trap)) return false;
    end(&call);
  }
  return true;
}

bool bare_core_suspensions(bare_core *core, int32_t argument, size_t *suspensions) {
  bare_suspended call;
  if (!instantiate(core, &call)) return false;
  begin(&call, &argument, 1, 1);
  size_t count = 0;
  while (!wasmtime_call_future_poll(call.future)) count++;
  *suspensions = count;
  bool ok = !failed("call", call.error, call.trap);
  end(&call);
  return ok;
}

bare_suspended *bare_suspended_new(bare_core *core, int32_t argument) {
  bare_suspended *call = malloc(sizeof *call);
  if (!instantiate(core, call)) return NULL;
  begin(call, &argument, 1, 1);
  wasmtime_call_future_poll(call->future);
  return call;
}

void bare_suspended_delete(bare_suspended *call) {
  end(call);
  free(call);
}

bare_component *bare_component_new(bare_engine *engine, const uint8_t *wasm, size_t size, const char *function) {
  bare_component *component = calloc(1, sizeof *component);
  component->engine = engine;
  if (failed("compile", wasmtime_component_new(engine->engine, wasm, size, &component->component), NULL)) return NULL;
  component->linker = wasmtime_component_linker_new(engine->engine);
  wasmtime_error_t *error =
      wasmtime_component_linker_define_unknown_imports_as_traps(component->linker, component->component);
  if (failed("link", error, NULL)) return NULL;
  if (!function) return component;
  component->index =
      wasmtime_component_get_export_index(component->component, NULL, function, strlen(function));
  if (!component->index) {
    fprintf(stderr, "bare engine: no export %s\n", function);
    return NULL;
  }
  return component;
}

void bare_component_delete(bare_component *component) {
  if (component->index) wasmtime_component_export_index_delete(component->index);
  wasmtime_component_linker_delete(component->linker);
  wasmtime_component_delete(component->component);
  free(component);
}

bool bare_component_cycle(bare_component *component, const char *text, size_t count) {
  for (size_t i = 0; i < count; i++) {
    wasmtime_store_t *store = wasmtime_store_new(component->engine->engine, NULL, NULL);
    wasmtime_context_t *context = wasmtime_store_context(store);
    wasmtime_context_set_epoch_deadline(context, (uint64_t)1 << 40);
    wasmtime_component_instance_t instance;
    wasmtime_error_t *error = NULL;
    wasmtime_call_future_t *future = wasmtime_component_linker_instantiate_async(
        component->linker, context, component->component, &instance, &error);
    while (!wasmtime_call_future_poll(future)) {}
    wasmtime_call_future_delete(future);
    if (failed("instantiate", error, NULL)) return false;
    wasmtime_component_func_t function;
    if (!wasmtime_component_instance_get_func(&instance, context, component->index, &function)) return false;
    wasmtime_component_val_t argument = {.kind = WASMTIME_COMPONENT_STRING};
    argument.of.string.size = strlen(text);
    argument.of.string.data = (uint8_t *)text;
    wasmtime_component_val_t result;
    memset(&result, 0, sizeof result);
    future = wasmtime_component_func_call_async(&function, context, &argument, 1, &result, 1, &error);
    while (!wasmtime_call_future_poll(future)) {}
    wasmtime_call_future_delete(future);
    if (failed("call", error, NULL)) return false;
    if (result.kind != WASMTIME_COMPONENT_STRING || result.of.string.size == 0) {
      fprintf(stderr, "bare engine: the component returned no string\n");
      return false;
    }
    wasmtime_component_val_delete(&result);
    wasmtime_store_delete(store);
  }
  return true;
}

static bool instantiate_component(
    bare_component *component, wasmtime_store_t *store, wasmtime_component_instance_t *instance) {
  wasmtime_context_t *context = wasmtime_store_context(store);
  wasmtime_context_set_epoch_deadline(context, (uint64_t)1 << 40);
  wasmtime_error_t *error = NULL;
  wasmtime_call_future_t *future = wasmtime_component_linker_instantiate_async(
      component->linker, context, component->component, instance, &error);
  while (!wasmtime_call_future_poll(future)) {}
  wasmtime_call_future_delete(future);
  return !failed("instantiate", error, NULL);
}

bool bare_component_instantiations(bare_component *component, size_t count) {
  for (size_t i = 0; i < count; i++) {
    wasmtime_store_t *store = wasmtime_store_new(component->engine->engine, NULL, NULL);
    wasmtime_component_instance_t instance;
    if (!instantiate_component(component, store, &instance)) return false;
    wasmtime_store_delete(store);
  }
  return true;
}

static wasmtime_component_val_t text_value(const char *text, size_t size) {
  wasmtime_component_val_t value = {.kind = WASMTIME_COMPONENT_STRING};
  value.of.string.size = size;
  value.of.string.data = (uint8_t *)text;
  return value;
}

static wasmtime_component_val_t records_value(
    wasmtime_component_val_t *values, wasmtime_component_valrecord_entry_t *entries, size_t size) {
  for (size_t i = 0; i < size; i++) {
    wasmtime_component_valrecord_entry_t *entry = entries + 3 * i;
    entry[0] = (wasmtime_component_valrecord_entry_t){{2, (uint8_t *)"id"}, {.kind = WASMTIME_COMPONENT_U32}};
    entry[0].val.of.u32 = (uint32_t)i;
    entry[1] = (wasmtime_component_valrecord_entry_t){{5, (uint8_t *)"score"}, {.kind = WASMTIME_COMPONENT_F64}};
    entry[1].val.of.f64 = (double)i / 2;
    entry[2] = (wasmtime_component_valrecord_entry_t){{4, (uint8_t *)"name"}, text_value("somebody", 8)};
    values[i].kind = WASMTIME_COMPONENT_RECORD;
    values[i].of.record.size = 3;
    values[i].of.record.data = entry;
  }
  wasmtime_component_val_t list = {.kind = WASMTIME_COMPONENT_LIST};
  list.of.list.size = size;
  list.of.list.data = values;
  return list;
}

bool bare_component_calls(bare_component *component, bare_argument kind, size_t size, size_t count) {
  wasmtime_store_t *store = wasmtime_store_new(component->engine->engine, NULL, NULL);
  wasmtime_context_t *context = wasmtime_store_context(store);
  wasmtime_component_instance_t instance;
  wasmtime_component_func_t function;
  if (!instantiate_component(component, store, &instance)) return false;
  if (!wasmtime_component_instance_get_func(&instance, context, component->index, &function)) return false;
  char *text = malloc(size);
  memset(text, 'x', size);
  wasmtime_component_val_t *values = calloc(size, sizeof *values);
  wasmtime_component_valrecord_entry_t *entries = calloc(3 * size, sizeof *entries);
  bool ok = true;
  for (size_t i = 0; ok && i < count; i++) {
    wasmtime_component_val_t arguments[2] = {{.kind = WASMTIME_COMPONENT_U32}, {.kind = WASMTIME_COMPONENT_U32}};
    size_t argument_count = 1;
    switch (kind) {
    case BARE_INTEGERS:
      arguments[0].of.u32 = (uint32_t)i;
      arguments[1].of.u32 = 2;
      argument_count = 2;
      break;
    case BARE_STRING: arguments[0] = text_value(text, size); break;
    // The value is made anew for each call, as the caller of a function does.
    case BARE_RECORDS: arguments[0] = records_value(values, entries, size); break;
    }
    wasmtime_component_val_t result;
    memset(&result, 0, sizeof result);
    wasmtime_error_t *error = NULL;
    wasmtime_call_future_t *future =
        wasmtime_component_func_call_async(&function, context, arguments, argument_count, &result, 1, &error);
    while (!wasmtime_call_future_poll(future)) {}
    wasmtime_call_future_delete(future);
    ok = !failed("call", error, NULL);
    if (ok) wasmtime_component_val_delete(&result);
  }
  free(text);
  free(values);
  free(entries);
  wasmtime_store_delete(store);
  return ok;
}

uint8_t *bare_wat(const char *text, size_t size, size_t *wasm_size) {
  wasm_byte_vec_t wasm;
  if (failed("wat", wasmtime_wat2wasm(text, size, &wasm), NULL)) return NULL;
  uint8_t *copy = malloc(wasm.size);
  memcpy(copy, wasm.data, wasm.size);
  *wasm_size = wasm.size;
  wasm_byte_vec_delete(&wasm);
  return copy;
}
