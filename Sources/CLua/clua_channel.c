#include "clua_internal.h"

static clua_class *channel_class, *case_class;
static clua_module *channel_module;

const clua_class *clua_channel_class(void) { return channel_class; }
const clua_module *clua_module_channel(void) { return channel_module; }

static clua_channel *check_channel(lua_State *L, int index) {
  clua_channel *channel = (clua_channel *)clua_to_object(L, index, channel_class);
  if (!channel) luaL_typeerror(L, index, "channel");
  return channel;
}

clua_channel *clua_push_channel(lua_State *L, int64_t capacity) {
  clua_channel *channel = clua_push_sized_object(L, channel_class, sizeof *channel, 1);
  channel->capacity = capacity;
  return channel;
}

static bool is_routed(const clua_channel *channel) { return channel->object.words[0] != 0; }

// Waiters -----------------------------------------------------------------------------------------------------------

static void link_waiter(clua_vm *vm, clua_waiter *waiter) {
  clua_waiters *list = waiter->is_send ? &waiter->channel->senders : &waiter->channel->receivers;
  waiter->next = NULL;
  waiter->previous = list->last;
  if (list->last) list->last->next = waiter;
  else list->first = waiter;
  list->last = waiter;
  if (!waiter->is_send && is_routed(waiter->channel)) {
    vm->route_waiters++;
    if (waiter->channel->object.words[0] == 1) vm->receive_waiters++;
  }
}

static void unlink_waiter(clua_vm *vm, clua_waiter *waiter) {
  clua_waiters *list = waiter->is_send ? &waiter->channel->senders : &waiter->channel->receivers;
  if (waiter->previous) waiter->previous->next = waiter->next;
  else list->first = waiter->next;
  if (waiter->next) waiter->next->previous = waiter->previous;
  else list->last = waiter->previous;
  if (!waiter->is_send && is_routed(waiter->channel)) {
    vm->route_waiters--;
    if (waiter->channel->object.words[0] == 1) vm->receive_waiters--;
  }
}

void clua_unlink_waiters(clua_vm *vm, clua_task *task) {
  for (int i = 0; i < task->waiter_count; i++) unlink_waiter(vm, &task->waiters[i]);
  task->waiter_count = 0;
  task->waiters = NULL;
}

static void wait_for(clua_vm *vm, clua_channel *channel, bool is_send, int value) {
  clua_task *task = vm->task;
  task->own = (clua_waiter){.channel = channel, .task = task, .index = 0, .value = value, .is_send = is_send};
  task->waiters = &task->own;
  task->waiter_count = 1;
  link_waiter(vm, &task->own);
}

void clua_close_channel(clua_vm *vm, clua_channel *channel) {
  if (channel->is_closed) return;
  channel->is_closed = true;
  while (channel->receivers.first) {
    clua_waiter *waiter = channel->receivers.first;
    clua_wake_task(vm, waiter->task, OUTCOME_CLOSED, waiter->index);
  }
  while (channel->senders.first) {
    clua_waiter *waiter = channel->senders.first;
    clua_wake_task(vm, waiter->task, OUTCOME_CLOSED, waiter->index);
  }
}

// The buffer --------------------------------------------------------------------------------------------------------

// Appends the value on top of the stack, which it pops.
static void append(lua_State *L, clua_channel *channel, int index) {
  if (lua_getiuservalue(L, index, 1) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, channel->capacity > 0 && channel->capacity < 16 ? (int)channel->capacity : 1, 0);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, index, 1);
  }
  lua_insert(L, -2);
  lua_rawseti(L, -2, channel->head + channel->count + 1);
  channel->count++;
  lua_pop(L, 1);
}

static void push_first(lua_State *L, clua_channel *channel, int index) {
  lua_getiuservalue(L, index, 1);
  lua_rawgeti(L, -1, channel->head + 1);
  lua_pushnil(L);
  lua_rawseti(L, -3, channel->head + 1);
  lua_remove(L, -2);
  channel->head++;
  channel->count--;
  if (channel->count == 0) channel->head = 0;
}

// Pushes what a waiting sender has, and wakes it.
static void take_from_sender(lua_State *L, clua_vm *vm, clua_waiter *waiter) {
  lua_State *sender = waiter->task->blocked;
  lua_pushvalue(sender, waiter->value);
  lua_xmove(sender, L, 1);
  clua_wake_task(vm, waiter->task, OUTCOME_SENT, waiter->index);
}

// The value on top to whoever waits for the channel's next one, who is woken. false: nobody does, and it stays.
static bool hand_over(lua_State *L, clua_vm *vm, clua_channel *channel) {
  clua_waiter *waiter = channel->receivers.first;
  if (!waiter) return false;
  lua_xmove(L, waiter->task->blocked, 1);
  clua_wake_task(vm, waiter->task, OUTCOME_VALUE, waiter->index);
  return true;
}

// The value on top to the channel at `index`; it is popped in any case. false: there is no room.
bool clua_deliver(lua_State *L, clua_vm *vm, int index) {
  index = lua_absindex(L, index);
  clua_channel *channel = lua_touserdata(L, index);
  if (hand_over(L, vm, channel)) return true;
  if (channel->is_closed || channel->count >= channel->capacity) {
    lua_pop(L, 1);
    return false;
  }
  append(L, channel, index);
  if (is_routed(channel)) vm->routed++;
  return true;
}

enum { NOT_YET, RECEIVED, CLOSED };

// Pushes the next value, or nil when the channel is closed; nothing when there is nothing yet.
static int try_receive(lua_State *L, clua_vm *vm, clua_channel *channel, int index) {
  if (channel->count > 0) {
    push_first(L, channel, index);
    if (is_routed(channel)) vm->routed--;
    if (channel->senders.first) {
      take_from_sender(L, vm, channel->senders.first);
      append(L, channel, index);
    }
    return RECEIVED;
  }
  if (channel->senders.first) {
    take_from_sender(L, vm, channel->senders.first);
    return RECEIVED;
  }
  if (channel->is_closed) {
    lua_pushnil(L);
    return CLOSED;
  }
  return NOT_YET;
}

static int receive_or_pump(lua_State *L, clua_vm *vm, clua_channel *channel, int index) {
  for (;;) {
    int result = try_receive(L, vm, channel, index);
    if (result != NOT_YET || !is_routed(channel)) return result;
    if (!clua_pump(L, vm, channel->object.words[0] == 1)) return NOT_YET;
  }
}

// The mailbox -------------------------------------------------------------------------------------------------------

void clua_push_route(lua_State *L, clua_vm *vm, int32_t route) {
  luaL_checkstack(L, 6, NULL);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_key_routes) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_key_routes);
  }
  if (lua_rawgeti(L, -1, route + 1) == LUA_TNIL) {
    lua_pop(L, 1);
    clua_channel *channel = clua_push_channel(L, INT64_MAX);
    channel->object.words[0] = route + 1;
    if (route >= vm->route_count) {
      int32_t count = route + 4;
      clua_channel **routes = realloc(vm->routes, (size_t)count * sizeof *routes);
      if (!routes) luaL_error(L, "not enough memory");
      memset(routes + vm->route_count, 0, (size_t)(count - vm->route_count) * sizeof *routes);
      vm->routes = routes;
      vm->route_count = count;
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, route + 1);
    vm->routes[route] = channel;
  }
  lua_remove(L, -2);
}

void clua_close_route(clua_vm *vm, int32_t route) {
  if (route < 0 || route >= vm->route_count || !vm->routes[route]) return;
  clua_channel *channel = vm->routes[route];
  clua_close_channel(vm, channel);
  // What it still has is the program's; it no longer counts as the mailbox's.
  vm->routed -= channel->count;
  channel->object.words[0] = 0;
  vm->routes[route] = NULL;
  if (lua_rawgetp(vm->main, LUA_REGISTRYINDEX, &clua_key_routes) == LUA_TTABLE) {
    lua_pushnil(vm->main); // replaces what is there: it needs no memory
    lua_rawseti(vm->main, -2, route + 1);
  }
  lua_pop(vm->main, 1);
}

static clua_channel *existing_route(clua_vm *vm, int32_t route) {
  return route < vm->route_count ? vm->routes[route] : NULL;
}

// Moves one event from the mailbox to its channel.
int clua_pump(lua_State *L, clua_vm *vm, bool for_receive) {
  clua_reset_output(vm);
  int32_t route = clua_calls.next_event(vm->owner, for_receive || vm->receive_waiters > 0);
  if (route < 0) {
    vm->is_drained = route == CLUA_MAILBOX_EMPTY;
    return 0;
  }
  clua_decode(L, vm);
  // Most often somebody waits, who gets it without the channel.
  clua_channel *channel = existing_route(vm, route);
  if (channel && hand_over(L, vm, channel)) return 1;
  clua_push_route(L, vm, route);
  lua_insert(L, -2);
  clua_deliver(L, vm, -2);
  lua_pop(L, 1);
  return 1;
}

static int receive_done(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  clua_task *task = vm_of(L)->task;
  if (task->outcome == OUTCOME_VALUE) {
    lua_pushboolean(L, 1);
    return 2;
  }
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  return 2;
}

static int event_received(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  if (vm_of(L)->task->outcome != OUTCOME_VALUE) lua_pushnil(L);
  return 1;
}

int clua_receive_route(lua_State *L, clua_vm *vm, int32_t route, uint64_t timer) {
  clua_channel *channel = existing_route(vm, route);
  // A process that waits for its next event has none, most often.
  bool is_empty = channel && channel->count == 0 && !channel->senders.first && !channel->is_closed &&
                  !clua_pump(L, vm, route == 0);
  if (!is_empty) {
    clua_push_route(L, vm, route);
    int index = lua_gettop(L);
    channel = lua_touserdata(L, index);
    if (receive_or_pump(L, vm, channel, index) != NOT_YET) {
      if (timer) clua_calls.cancel_timer(vm->owner, timer);
      return 1;
    }
  }
  clua_check_can_wait(L);
  wait_for(vm, channel, false, 0);
  vm->task->timer = timer;
  if (timer) clua_waits_add(&vm->waits, timer, vm->task);
  return clua_block(L, vm, "process.receive", event_received);
}

// Methods -----------------------------------------------------------------------------------------------------------

static int channel_new(lua_State *L) {
  lua_Integer capacity = luaL_optinteger(L, 1, 0);
  luaL_argcheck(L, capacity >= 0, 1, "the capacity is negative");
  clua_push_channel(L, capacity);
  return 1;
}

static int channel_receive(lua_State *L) {
  clua_vm *vm = vm_of(L);
  clua_channel *channel = check_channel(L, 1);
  lua_settop(L, 1);
  switch (receive_or_pump(L, vm, channel, 1)) {
  case RECEIVED: lua_pushboolean(L, 1); return 2;
  case CLOSED: lua_pushboolean(L, 0); return 2;
  default: break;
  }
  clua_check_can_wait(L);
  wait_for(vm, channel, false, 0);
  return clua_block(L, vm, is_routed(channel) ? "a message" : "channel:receive", receive_done);
}

static int send_done(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  if (vm_of(L)->task->outcome != OUTCOME_SENT) return luaL_error(L, "attempt to send on a closed channel");
  lua_pushboolean(L, 1);
  return 1;
}

static void check_sendable(lua_State *L, const clua_channel *channel) {
  if (channel->is_closed) luaL_error(L, "attempt to send on a closed channel");
  if (is_routed(channel)) luaL_error(L, "attempt to send on a channel of the mailbox; use process.send");
}

static int channel_send(lua_State *L) {
  clua_vm *vm = vm_of(L);
  clua_channel *channel = check_channel(L, 1);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  check_sendable(L, channel);
  if (channel->receivers.first || channel->count < channel->capacity) {
    clua_deliver(L, vm, 1);
    lua_pushboolean(L, 1);
    return 1;
  }
  clua_check_can_wait(L);
  wait_for(vm, channel, true, 2);
  return clua_block(L, vm, "channel:send", send_done);
}

static int channel_close(lua_State *L) {
  clua_channel *channel = check_channel(L, 1);
  if (is_routed(channel)) return luaL_error(L, "attempt to close a channel of the mailbox");
  clua_close_channel(vm_of(L), channel);
  return 0;
}

// Select ------------------------------------------------------------------------------------------------------------

// A case: word 0 says whether it sends; fields: the channel, and what is sent.
static int make_case(lua_State *L, bool is_send) {
  check_channel(L, 1);
  if (is_send) luaL_checkany(L, 2);
  lua_settop(L, 2);
  clua_object *choice = clua_push_object(L, case_class, 2);
  choice->words[0] = is_send;
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, 3, 1);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, 3, 2);
  return 1;
}

static int channel_case_send(lua_State *L) { return make_case(L, true); }
static int channel_case_receive(lua_State *L) { return make_case(L, false); }

// The stack of a select: 1 the table, 2 the waiters, then for each case the channel and the value.
#define CASE_CHANNEL(i) (3 + 2 * (i))
#define CASE_VALUE(i) (4 + 2 * (i))

// What select returns; the value is on top.
static int select_result(lua_State *L, int index, bool is_ok) {
  int value = lua_gettop(L);
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, CASE_CHANNEL(index));
  lua_setfield(L, -2, "channel");
  lua_pushvalue(L, value);
  lua_setfield(L, -2, "value");
  lua_pushboolean(L, is_ok);
  lua_setfield(L, -2, "ok");
  return 1;
}

static int select_done(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  clua_task *task = vm_of(L)->task;
  const clua_waiter *waiters = lua_touserdata(L, 2);
  int index = task->outcome_index;
  switch (task->outcome) {
  case OUTCOME_VALUE: break;
  case OUTCOME_SENT: lua_pushvalue(L, CASE_VALUE(index)); break;
  default:
    if (waiters[index].is_send) return luaL_error(L, "attempt to send on a closed channel");
    lua_pushnil(L);
    return select_result(L, index, false);
  }
  return select_result(L, index, true);
}

#define MAXIMUM_CASES 4096

static int channel_select(lua_State *L) {
  clua_vm *vm = vm_of(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  size_t count = lua_rawlen(L, 1);
  if (count > MAXIMUM_CASES) return luaL_argerror(L, 1, "there are too many cases");
  lua_pushliteral(L, "default");
  lua_rawget(L, 1);
  bool has_default = lua_toboolean(L, -1);
  lua_settop(L, 1);
  if (count == 0 && !has_default) return luaL_argerror(L, 1, "there are no cases, and no default");
  luaL_checkstack(L, (int)count * 2 + 10, "too many cases");
  clua_waiter *waiters = lua_newuserdatauv(L, (count ? count : 1) * sizeof *waiters, 0);
  memset(waiters, 0, (count ? count : 1) * sizeof *waiters);
  bool has_route = false;
  bool for_receive = false;
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    clua_object *choice = clua_to_object(L, -1, case_class);
    if (!choice) return luaL_error(L, "bad case %d of select: use ch:case_receive() or ch:case_send(value)", (int)i + 1);
    waiters[i].is_send = choice->words[0] != 0;
    lua_getiuservalue(L, -1, 1);
    clua_channel *channel = lua_touserdata(L, -1);
    waiters[i].channel = channel;
    waiters[i].task = vm->task;
    waiters[i].index = (int32_t)i;
    waiters[i].value = CASE_VALUE((int)i);
    lua_getiuservalue(L, -2, 2);
    lua_remove(L, -3);
    if (waiters[i].is_send) {
      check_sendable(L, channel);
    } else {
      has_route |= is_routed(channel);
      for_receive |= channel->object.words[0] == 1;
    }
  }
  // Who is asked first changes, so that none starves.
  unsigned start = vm->turn++;
  do {
    for (size_t k = 0; k < count; k++) {
      int i = (int)((start + k) % count);
      clua_channel *channel = waiters[i].channel;
      if (waiters[i].is_send) {
        if (!channel->receivers.first && channel->count >= channel->capacity) continue;
        lua_pushvalue(L, CASE_VALUE(i));
        clua_deliver(L, vm, CASE_CHANNEL(i));
        lua_pushvalue(L, CASE_VALUE(i));
        return select_result(L, i, true);
      }
      int result = try_receive(L, vm, channel, CASE_CHANNEL(i));
      if (result != NOT_YET) return select_result(L, i, result == RECEIVED);
    }
  } while (has_route && clua_pump(L, vm, for_receive));
  if (has_default) {
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "default");
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "ok");
    return 1;
  }
  clua_check_can_wait(L);
  for (size_t i = 0; i < count; i++) link_waiter(vm, &waiters[i]);
  vm->task->waiters = waiters;
  vm->task->waiter_count = (int)count;
  return clua_block(L, vm, "channel.select", select_done);
}

static int channel_text(lua_State *L) {
  clua_channel *channel = check_channel(L, 1);
  lua_pushfstring(L, "channel: %p", (void *)channel);
  return 1;
}

void clua_set_up_channels(void);
void clua_set_up_channels(void) {
  channel_class = clua_class_create("channel", false);
  clua_module *methods = channel_class->methods;
  clua_module_add_function(methods, "send", channel_send);
  clua_module_add_function(methods, "receive", channel_receive);
  clua_module_add_function(methods, "close", channel_close);
  clua_module_add_function(methods, "case_send", channel_case_send);
  clua_module_add_function(methods, "case_receive", channel_case_receive);
  clua_module_add_function(methods, "__tostring", channel_text);
  clua_module_finish(methods);
  case_class = clua_class_create("channel case", false);
  clua_module_finish(case_class->methods);
  channel_module = clua_module_create("channel");
  clua_module_add_function(channel_module, "new", channel_new);
  clua_module_add_function(channel_module, "select", channel_select);
  clua_module_finish(channel_module);
}
