#include "clua_internal.h"

// Lua's coroutines, with two differences: when the process suspends a coroutine (it waits, or its slice is over), all that
// have resumed each other are suspended with it and go on later; and a hook that ends a slice finds the one that runs.

static clua_module *coroutine_module;

const clua_module *clua_module_coroutine(void) { return coroutine_module; }

static lua_State *check_thread(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  if (!co) luaL_typeerror(L, 1, "coroutine");
  return co;
}

enum { FAILED = -1, PARKED = -2 };

// Runs `co` on. Its results (how many), or an error message, are moved to L.
static int run(lua_State *L, lua_State *co, int arguments) {
  clua_vm *vm = vm_of(L);
  bool is_pinned = !lua_isyieldable(L);
  int count = 0;
  if (is_pinned) vm->pinned++;
  set_parked(co, false);
  vm->running = co;
  int status = lua_resume(co, L, arguments, &count);
  vm->running = L;
  if (is_pinned) vm->pinned--;
  if (vm->out_of_memory) clua_arm(L);
  if (status == LUA_YIELD && vm->suspending != SUSPEND_NONE) {
    set_parked(co, true);
    return PARKED;
  }
  if (status == LUA_OK || status == LUA_YIELD) {
    if (!lua_checkstack(L, count + 1)) {
      lua_pop(co, count);
      lua_pushliteral(L, "too many results to resume");
      return FAILED;
    }
    lua_xmove(co, L, count);
    return count;
  }
  lua_xmove(co, L, 1);
  return FAILED;
}

static int start(lua_State *L, lua_State *co, int arguments) {
  if (is_parked(co)) {
    lua_pushliteral(L, "cannot resume non-suspended coroutine");
    return FAILED;
  }
  if (!lua_checkstack(co, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return FAILED;
  }
  lua_xmove(L, co, arguments);
  return run(L, co, arguments);
}

static int resume_again(lua_State *L, int status, lua_KContext context);

static int resume_result(lua_State *L, int result) {
  if (result == PARKED) return lua_yieldk(L, 0, 0, resume_again);
  if (result == FAILED) {
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
  }
  lua_pushboolean(L, 1);
  lua_insert(L, -(result + 1));
  return result + 1;
}

static int resume_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return resume_result(L, run(L, lua_tothread(L, 1), 0));
}

static int co_resume(lua_State *L) {
  lua_State *co = check_thread(L);
  return resume_result(L, start(L, co, lua_gettop(L) - 1));
}

static int reset(lua_State *L, lua_State *co) {
  clua_vm *vm = vm_of(L);
  vm->pinned++;
  vm->running = co;
  int status = lua_resetthread(co);
  vm->running = L;
  vm->pinned--;
  return status;
}

static int wrap_again(lua_State *L, int status, lua_KContext context);

static int wrap_result(lua_State *L, int result) {
  if (result == PARKED) return lua_yieldk(L, 0, 0, wrap_again);
  if (result >= 0) return result;
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    status = reset(L, co);
    lua_pop(L, 1);
    lua_xmove(co, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int wrap_again(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return wrap_result(L, run(L, lua_tothread(L, lua_upvalueindex(1)), 0));
}

static int wrapped(lua_State *L) {
  return wrap_result(L, start(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L)));
}

static int co_create(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

static int co_wrap(lua_State *L) {
  co_create(L);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

static int co_yield(lua_State *L) {
  if (vm_of(L)->pinned > 0 && L == vm_of(L)->task->thread) clua_check_can_wait(L);
  return lua_yield(L, lua_gettop(L));
}

static const char *status_of(lua_State *L, lua_State *co) {
  if (L == co) return "running";
  if (is_parked(co)) return "normal";
  switch (lua_status(co)) {
  case LUA_YIELD: return "suspended";
  case LUA_OK: {
    lua_Debug activation;
    if (lua_getstack(co, 0, &activation)) return "normal";
    return lua_gettop(co) == 0 ? "dead" : "suspended";
  }
  default: return "dead";
  }
}

static int co_status(lua_State *L) {
  lua_pushstring(L, status_of(L, check_thread(L)));
  return 1;
}

static int co_running(lua_State *L) {
  lua_pushthread(L);
  clua_vm *vm = vm_of(L);
  lua_pushboolean(L, vm->main_task && L == vm->main_task->thread);
  return 2;
}

static int co_isyieldable(lua_State *L) {
  lua_State *co = lua_isnoneornil(L, 1) ? L : check_thread(L);
  lua_pushboolean(L, lua_isyieldable(co));
  return 1;
}

static int co_close(lua_State *L) {
  lua_State *co = check_thread(L);
  const char *status = status_of(L, co);
  if (strcmp(status, "dead") != 0 && strcmp(status, "suspended") != 0) {
    return luaL_error(L, "cannot close a %s coroutine", status);
  }
  if (reset(L, co) == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

// A coroutine that the process runs beside the others. An uncaught error in it ends the process.
static int co_spawn(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  clua_vm *vm = vm_of(L);
  int count = lua_gettop(L);
  lua_State *co = lua_newthread(L);
  if (!lua_checkstack(co, count)) return luaL_error(L, "too many arguments to spawn");
  lua_insert(L, 1);
  lua_xmove(L, co, count);
  clua_task *task = clua_task_create(L, vm);
  task->arguments = count - 1;
  set_parked(co, true);
  clua_make_ready(vm, task);
  return 0;
}

void clua_set_up_coroutines(void);
void clua_set_up_coroutines(void) {
  clua_module *module = coroutine_module = clua_module_create("coroutine");
  clua_module_add_function(module, "create", co_create);
  clua_module_add_function(module, "resume", co_resume);
  clua_module_add_function(module, "wrap", co_wrap);
  clua_module_add_function(module, "yield", co_yield);
  clua_module_add_function(module, "status", co_status);
  clua_module_add_function(module, "running", co_running);
  clua_module_add_function(module, "isyieldable", co_isyieldable);
  clua_module_add_function(module, "close", co_close);
  clua_module_add_function(module, "spawn", co_spawn);
  clua_module_finish(module);
}
