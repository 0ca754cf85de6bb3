#include "clua_internal.h"

// The way into Swift and back: Swift has returned before anything is raised, pushed or suspended.

static int go_on(lua_State *L, int status, lua_KContext context);

static int finish(lua_State *L, clua_vm *vm, const clua_reply *reply) {
  switch (reply->status) {
  case CLUA_DONE: return clua_decode(L, vm);
  case CLUA_FAILED:
    lua_pushnil(L);
    return 1 + clua_decode(L, vm);
  case CLUA_ARGUMENT: return luaL_argerror(L, reply->argument, reply->message);
  case CLUA_SUSPEND: {
    uint64_t ticket = vm->task->ticket;
    clua_check_can_wait(L); // the Swift side has looked already
    vm->task->ticket = ticket;
    return clua_block(L, vm, vm->task->waits_for, go_on);
  }
  case CLUA_RECEIVE: return clua_receive_route(L, vm, reply->route, reply->timer);
  default: return luaL_error(L, "%s", reply->message);
  }
}

static int go_on(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  clua_vm *vm = vm_of(L);
  clua_reply reply;
  reply.status = CLUA_DONE;
  clua_reset_output(vm);
  uint64_t ticket = vm->task->ticket;
  vm->task->ticket = 0;
  clua_calls.resume(vm->owner, L, ticket, &reply);
  return finish(L, vm, &reply);
}

int clua_native_call(lua_State *L) {
  clua_vm *vm = vm_of(L);
  clua_reply reply;
  reply.status = CLUA_DONE;
  reply.timer = 0;
  clua_reset_output(vm);
  clua_calls.call(vm->owner, L, (int32_t)lua_tointegerx(L, lua_upvalueindex(1), NULL), &reply);
  return finish(L, vm, &reply);
}
