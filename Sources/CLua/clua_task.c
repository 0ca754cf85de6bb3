#include "clua_internal.h"

const char *clua_release(void) { return LUA_RELEASE; }

clua_callbacks clua_calls;

void clua_set_up(const clua_callbacks *callbacks, clua_module *globals) {
  clua_calls = *callbacks;
  clua_set_up_classes();
  clua_set_up_libraries(globals);
  clua_set_up_signals();
}

// Tasks -------------------------------------------------------------------------------------------------------------

clua_task *clua_task_create(lua_State *L, clua_vm *vm) {
  clua_task *task = clua_allocate(vm, NULL, 0, sizeof *task);
  if (!task) luaL_error(L, "not enough memory for another coroutine");
  memset(task, 0, sizeof *task);
  task->thread = lua_tothread(L, -1);
  task->next = vm->tasks;
  if (vm->tasks) vm->tasks->previous = task;
  vm->tasks = task;
  // From here on the record is freed with the process at the latest.
  lua_rawsetp(L, LUA_REGISTRYINDEX, task);
  return task;
}

static void free_task(clua_vm *vm, clua_task *task) {
  if (task->previous) task->previous->next = task->next;
  else vm->tasks = task->next;
  if (task->next) task->next->previous = task->previous;
  clua_waits_take(&vm->waits, task->ticket);
  clua_waits_take(&vm->waits, task->timer);
  clua_allocate(vm, task, sizeof *task, 0);
}

// Setting what is there to nil allocates nothing, so it does not raise.
static void finish_task(clua_vm *vm, clua_task *task) {
  lua_pushnil(vm->main);
  lua_rawsetp(vm->main, LUA_REGISTRYINDEX, task);
  free_task(vm, task);
}

void clua_make_ready(clua_vm *vm, clua_task *task) {
  task->state = TASK_READY;
  task->next_ready = NULL;
  if (vm->ready_last) vm->ready_last->next_ready = task;
  else vm->ready_first = task;
  vm->ready_last = task;
}

// What comes for it is dropped.
void clua_forget_ticket(clua_vm *vm, clua_task *task) {
  clua_waits_take(&vm->waits, task->ticket);
  task->ticket = 0;
}

void clua_wake_task(clua_vm *vm, clua_task *task, int outcome, int index) {
  clua_unlink_waiters(vm, task);
  task->outcome = outcome;
  task->outcome_index = index;
  clua_forget_ticket(vm, task);
  if (task->timer) {
    clua_waits_take(&vm->waits, task->timer);
    if (outcome != OUTCOME_TIMEOUT) clua_calls.cancel_timer(vm->owner, task->timer);
    task->timer = 0;
  }
  clua_make_ready(vm, task);
}

int clua_block(lua_State *L, clua_vm *vm, const char *reason, lua_KFunction k) {
  clua_task *task = vm->task;
  task->state = TASK_WAITING;
  task->blocked = L;
  task->waits_for = reason;
  vm->suspending = SUSPEND_WAIT;
  return lua_yieldk(L, 0, 0, k);
}

int64_t clua_routed_count(clua_vm *vm) { return vm->routed; }

void clua_set_waits_for(clua_vm *vm, const char *reason) {
  if (vm->task) vm->task->waits_for = reason;
}

const char *clua_waits_for(clua_vm *vm) {
  // The main coroutine's wait says most, and it is there as long as the process.
  return vm->main_task->state == TASK_WAITING ? vm->main_task->waits_for : NULL;
}

bool clua_is_deadlocked(clua_vm *vm) {
  return !vm->ready_first && vm->route_waiters == 0 && vm->open_feeds == 0 && vm->waits.count == 0;
}

uint64_t clua_ticket(clua_vm *vm) {
  uint64_t ticket = ++vm->next_ticket;
  if (vm->task) {
    clua_forget_ticket(vm, vm->task); // of a function that failed after it had asked for one
    vm->task->ticket = ticket;
    clua_waits_add(&vm->waits, ticket, vm->task);
  }
  return ticket;
}

uint64_t clua_timer(clua_vm *vm) { return ++vm->next_ticket; }

bool clua_wake(clua_vm *vm, uint64_t ticket) {
  clua_task *task = clua_waits_take(&vm->waits, ticket);
  if (!task) return false;
  if (task->state != TASK_WAITING) {
    task->ticket = 0;
    return false;
  }
  clua_wake_task(vm, task, OUTCOME_VALUE, 0);
  task->ticket = ticket; // the function asks for its results with it
  return true;
}

bool clua_time_out(clua_vm *vm, uint64_t timer) {
  clua_task *task = clua_waits_take(&vm->waits, timer);
  if (!task) return false;
  clua_wake_task(vm, task, OUTCOME_TIMEOUT, 0);
  return true;
}

// The process -------------------------------------------------------------------------------------------------------

typedef struct preparation {
  const clua_module *globals;
} preparation;

static int prepare(lua_State *L) {
  const preparation *given = lua_touserdata(L, 1);
  clua_vm *vm = vm_of(L);
  // The global table is lazy like any module.
  clua_push_module(L, given->globals);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  extern void clua_set_string_metatable(lua_State *L);
  clua_set_string_metatable(L);
  lua_newthread(L);
  vm->main_task = clua_task_create(L, vm);
  return 0;
}

// Nothing is protected there, so nothing may raise: it means that memory was corrupted.
static int panic(lua_State *L) {
  const char *message = lua_tostring(L, -1);
  fprintf(stderr, "wippy: an error of Lua's outside of a protected call: %s\n", message ? message : "?");
  abort();
}

clua_vm *clua_create(void *owner, size_t memory_limit, const clua_module *globals) {
  clua_vm *vm = calloc(1, sizeof *vm);
  if (!vm) return NULL;
  vm->owner = owner;
  vm->limit = memory_limit;
  lua_State *L = vm->main = clua_arena_create(&vm->arena) ? lua_newstate(clua_allocate, vm) : NULL;
  if (!L) {
    clua_arena_free(&vm->arena);
    free(vm);
    return NULL;
  }
  lua_atpanic(L, panic);
  *(uintptr_t *)lua_getextraspace(L) = (uintptr_t)vm;
  preparation given = {globals};
  lua_pushcfunction(L, prepare);
  lua_pushlightuserdata(L, &given);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
    clua_close(vm);
    return NULL;
  }
  return vm;
}

void clua_set_owner(clua_vm *vm, void *owner) { vm->owner = owner; }

void clua_close(clua_vm *vm) {
  vm->running = NULL;
  lua_close(vm->main);
  while (vm->tasks) free_task(vm, vm->tasks);
  clua_reset_output(vm);
  free(vm->output.bytes);
  free(vm->output.references);
  free(vm->routes);
  clua_waits_free(&vm->waits);
  clua_arena_free(&vm->arena);
  free(vm);
}

static int method_returned(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L);
}

static int call_method(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  clua_vm *vm = vm_of(L);
  clua_reply reply;
  clua_reset_output(vm);
  clua_calls.resume(vm->owner, L, 0, &reply);
  int count = clua_decode(L, vm);
  lua_callk(L, count, LUA_MULTRET, 0, method_returned);
  return method_returned(L, LUA_OK, 0);
}

// Says which methods there are.
static int raise_no_method(lua_State *L, clua_vm *vm) {
  vm->has_no_method = true;
  luaL_Buffer buffer;
  int count = 0;
  const bool is_table = lua_istable(L, 1);
  lua_createtable(L, 0, 0);
  int names = lua_gettop(L);
  if (is_table && !clua_lazy_module(L, 1)) {
    lua_pushnil(L);
    while (lua_next(L, 1) && count < 50) {
      if (lua_type(L, -2) == LUA_TSTRING && lua_isfunction(L, -1)) {
        lua_pushvalue(L, -2);
        lua_rawseti(L, names, ++count);
      }
      lua_pop(L, 1);
    }
    lua_settop(L, names);
  }
  luaL_buffinit(L, &buffer);
  luaL_addstring(&buffer, "there is no function `");
  luaL_addstring(&buffer, vm->method);
  luaL_addstring(&buffer, is_table ? "` in the table that the code returns: it has "
                                   : "`: the code returns no table, and there is no global function of that name");
  if (is_table && count == 0) luaL_addstring(&buffer, "no functions");
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addstring(&buffer, ", ");
    lua_rawgeti(L, names, i);
    luaL_addvalue(&buffer);
  }
  luaL_pushresult(&buffer);
  return lua_error(L);
}

static int chunk_returned(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  clua_vm *vm = vm_of(L);
  lua_settop(L, 1);
  if (lua_istable(L, 1)) {
    lua_pushstring(L, vm->method);
    lua_rawget(L, 1);
  } else {
    lua_pushnil(L);
  }
  if (!lua_isfunction(L, 2)) {
    lua_settop(L, 1);
    lua_pushglobaltable(L);
    lua_pushstring(L, vm->method);
    lua_rawget(L, -2);
    if (!lua_isfunction(L, -1)) {
      lua_settop(L, 1);
      return raise_no_method(L, vm);
    }
    lua_replace(L, 2);
  }
  lua_settop(L, 2);
  lua_remove(L, 1);
  vm->suspending = SUSPEND_LOADED;
  return lua_yieldk(L, 0, 0, call_method);
}

static int run_chunk(lua_State *L) {
  clua_vm *vm = vm_of(L);
  if (luaL_loadbufferx(L, vm->chunk, vm->chunk_length, vm->chunk_name, "b") != LUA_OK) return lua_error(L);
  lua_callk(L, 0, 1, 0, chunk_returned);
  return chunk_returned(L, LUA_OK, 0);
}

int clua_start(clua_vm *vm, const char *chunk, size_t length, const char *name, const char *method) {
  vm->chunk = chunk;
  vm->chunk_length = length;
  vm->chunk_name = name;
  vm->method = method;
  lua_pushcfunction(vm->main_task->thread, run_chunk);
  clua_make_ready(vm, vm->main_task);
  return 0;
}

static int pump(lua_State *L) {
  clua_vm *vm = vm_of(L);
  while (!vm->ready_first && clua_pump(L, vm, vm->receive_waiters > 0)) {
  }
  return 0;
}

// Runs `function` where it may raise; 0, or CLUA_RUN_MEMORY: nothing else goes wrong there.
static int protect(clua_vm *vm, lua_CFunction function, void *argument) {
  lua_State *L = vm->main;
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, argument);
  if (lua_pcall(L, 1, 0, 0) == LUA_OK) return 0;
  lua_settop(L, 0);
  vm->out_of_memory = true;
  return CLUA_RUN_MEMORY;
}

// The ready coroutines in turn, until the process has to give up the worker or all of them wait.
static int run_tasks(clua_vm *vm) {
  for (;;) {
    if (vm->out_of_memory) return CLUA_RUN_MEMORY;
    if (vm->interrupted) {
      vm->interrupted = 0;
      if (clua_calls.interruption(vm->owner)) return CLUA_RUN_YIELD;
    }
    clua_task *task = vm->ready_first;
    if (!task) {
      // Who waits has looked before.
      if (vm->route_waiters > 0 && !vm->is_drained) {
        int failure = protect(vm, pump, NULL);
        if (failure) return failure;
        if (vm->ready_first) continue;
      }
      return CLUA_RUN_WAIT;
    }
    vm->ready_first = task->next_ready;
    if (!vm->ready_first) vm->ready_last = NULL;
    task->state = TASK_RUNNING;
    lua_State *thread = task->thread;
    vm->task = task;
    vm->suspending = SUSPEND_NONE;
    set_parked(thread, false);
    int count = 0;
    int arguments = task->arguments;
    task->arguments = 0;
    vm->running = thread;
    int status = lua_resume(thread, NULL, arguments, &count);
    vm->running = NULL;
    vm->task = NULL;
    if (vm->out_of_memory) return CLUA_RUN_MEMORY;
    if (status == LUA_YIELD) {
      set_parked(thread, true);
      switch (vm->suspending) {
      case SUSPEND_WAIT: break;
      case SUSPEND_PREEMPTED:
        clua_make_ready(vm, task);
        return CLUA_RUN_YIELD;
      case SUSPEND_LOADED:
        clua_make_ready(vm, task);
        return CLUA_RUN_LOADED;
      default: // coroutine.yield in a coroutine of the process: the others' turn
        lua_pop(thread, count);
        clua_make_ready(vm, task);
      }
    } else if (status == LUA_OK) {
      if (task == vm->main_task) {
        vm->result = thread;
        return CLUA_RUN_RETURNED;
      }
      finish_task(vm, task);
    } else {
      vm->result = thread;
      if (status == LUA_ERRMEM) return CLUA_RUN_MEMORY;
      return vm->has_no_method ? CLUA_RUN_NO_METHOD : CLUA_RUN_ERROR;
    }
  }
}

int clua_run(clua_vm *vm) {
  clua_enter(vm);
  vm->is_drained = false;
  vm->stuck_instructions = 0;
  int outcome = run_tasks(vm);
  clua_leave();
  return outcome;
}

lua_State *clua_result_state(clua_vm *vm) { return vm->result; }

static int make_traceback(lua_State *L) {
  luaL_traceback(L, vm_of(L)->result, NULL, 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX, make_traceback);
  return 0;
}

const char *clua_traceback(clua_vm *vm, size_t *length) {
  *length = 0;
  if (!vm->result || protect(vm, make_traceback, NULL) != 0) return NULL;
  lua_rawgetp(vm->main, LUA_REGISTRYINDEX, make_traceback);
  const char *text = lua_tolstring(vm->main, -1, length);
  lua_settop(vm->main, 0); // the registry still has it
  return text;
}

// Feeds -------------------------------------------------------------------------------------------------------------

typedef struct feeding {
  uint64_t feed;
  int what;
} feeding;

static int feed(lua_State *L) {
  const feeding *given = lua_touserdata(L, 1);
  clua_vm *vm = vm_of(L);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_key_feeds) != LUA_TTABLE) return 0;
  lua_rawgeti(L, 2, (lua_Integer)given->feed);
  clua_channel *channel = lua_touserdata(L, 3);
  if (!channel) return 0;
  if (given->what & CLUA_FEED_VALUE) {
    clua_decode(L, vm);
    lua_settop(L, 4);
    clua_deliver(L, vm, 3);
    lua_settop(L, 3);
  }
  if (given->what & CLUA_FEED_CLOSE) clua_close_channel(vm, channel);
  if (given->what & (CLUA_FEED_CLOSE | CLUA_FEED_LAST)) {
    lua_pushnil(L);
    lua_rawseti(L, 2, (lua_Integer)given->feed);
    vm->open_feeds--;
  }
  return 0;
}

int clua_feed(clua_vm *vm, uint64_t id, int what) {
  feeding given = {id, what};
  return protect(vm, feed, &given);
}

// Compiling ---------------------------------------------------------------------------------------------------------

typedef struct dump {
  char *bytes;
  size_t count, capacity;
} dump;

static int write_dump(lua_State *L, const void *bytes, size_t count, void *user) {
  (void)L;
  dump *target = user;
  if (target->capacity - target->count < count) {
    size_t capacity = (target->capacity ? target->capacity * 2 : 1024) + count;
    char *grown = realloc(target->bytes, capacity);
    if (!grown) return 1;
    target->bytes = grown;
    target->capacity = capacity;
  }
  memcpy(target->bytes + target->count, bytes, count);
  target->count += count;
  return 0;
}

char *clua_compile(const char *source, size_t length, const char *name, size_t *chunk_length, char **message) {
  *message = NULL;
  *chunk_length = 0;
  lua_State *L = luaL_newstate();
  if (!L) {
    *message = strdup("not enough memory");
    return NULL;
  }
  dump target = {NULL, 0, 0};
  if (clua_has_constant_environment(source, length)) {
    *message = strdup(CLUA_CONSTANT_ENVIRONMENT);
  } else if (luaL_loadbufferx(L, source, length, name, "t") != LUA_OK) {
    const char *text = lua_tostring(L, -1);
    *message = strdup(text ? text : "the code does not compile");
  } else if (lua_dump(L, write_dump, &target, 0) != 0) {
    *message = strdup("not enough memory");
  }
  lua_close(L);
  if (*message) {
    free(target.bytes);
    return NULL;
  }
  *chunk_length = target.count;
  return target.bytes;
}
