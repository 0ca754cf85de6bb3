// What the files of this target share.
#ifndef CLUA_INTERNAL_H
#define CLUA_INTERNAL_H

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLua.h"

typedef struct clua_waiter {
  struct clua_channel *channel;
  clua_task *task;
  struct clua_waiter *previous, *next;
  int32_t index; // which case of the select
  int32_t value; // where the sender has its value on the stack
  bool is_send;
} clua_waiter;

typedef struct clua_waiters {
  clua_waiter *first, *last;
} clua_waiters;

typedef struct clua_channel {
  clua_object object; // word 0: the route + 1 of a channel of the mailbox
  int64_t capacity;
  int64_t count; // values in the buffer, which is user value 1
  int64_t head;  // the key before the first one's
  bool is_closed;
  clua_waiters receivers, senders;
} clua_channel;

typedef struct clua_wait {
  uint64_t id; // 0: free
  clua_task *task;
} clua_wait;

typedef struct clua_waits {
  clua_wait *slots;
  size_t capacity, count;
} clua_waits;

enum { TASK_READY, TASK_RUNNING, TASK_WAITING };
enum { OUTCOME_VALUE, OUTCOME_SENT, OUTCOME_CLOSED, OUTCOME_TIMEOUT };

struct clua_task {
  lua_State *thread;  // its own coroutine
  lua_State *blocked; // the one inside it that waits
  clua_task *next_ready;
  clua_task *previous, *next;
  int state;
  int arguments; // for its first run
  uint64_t ticket;
  uint64_t timer;
  const char *waits_for;
  clua_waiter *waiters; // `own`, or a select's
  int waiter_count;
  clua_waiter own;
  int outcome;
  int outcome_index;
};

enum { SUSPEND_NONE, SUSPEND_WAIT, SUSPEND_PREEMPTED, SUSPEND_LOADED };

enum { CLUA_ARENA_CLASSES = 17 }; // of 16 bytes each, from 1

typedef struct clua_arena {
  char *start, *next, *end;
  void *unused[CLUA_ARENA_CLASSES]; // what was given back, by its class: each begins with the next one's address
} clua_arena;

struct clua_vm {
  void *owner;
  lua_State *main; // runs no code of the program
  lua_State *volatile running;
  volatile sig_atomic_t interrupted;
  int suspending;
  int pinned; // callers on the C stack that cannot be suspended
  int stuck_instructions; // until the next look at a callback that cannot be suspended; 0: there is none
  int64_t stuck_since, stuck_look; // nanoseconds of the thread's processor time
  bool out_of_memory;
  bool has_no_method;
  bool has_null; // the sentinel's metatable is there
  bool is_drained; // the mailbox was found empty in this step: what arrives now begins another one
  _Atomic size_t used;
  clua_arena arena;
  size_t limit;
  void *denied_block;
  size_t denied_size;
  clua_task *task;
  clua_task *main_task;
  clua_task *ready_first, *ready_last;
  clua_task *tasks;
  int open_feeds;
  int receive_waiters; // coroutines in process.receive
  int route_waiters;   // coroutines that wait for any channel of the mailbox
  int64_t routed;
  uint64_t next_ticket; // tickets and timers
  clua_waits waits;     // the coroutines that have one of them
  unsigned turn;
  clua_channel **routes;
  int32_t route_count;
  clua_output output;
  lua_State *result;
  const char *chunk;
  size_t chunk_length;
  const char *chunk_name;
  const char *method;
};

extern clua_callbacks clua_calls;

// clua_memory.c
bool clua_arena_create(clua_arena *arena);
void clua_arena_free(clua_arena *arena);
void *clua_allocate(void *owner, void *block, size_t old_size, size_t new_size);

// clua_interrupt.c
void clua_set_up_signals(void);
void clua_enter(clua_vm *vm);
void clua_leave(void);
void clua_arm(lua_State *L);

// clua_task.c
clua_task *clua_task_create(lua_State *L, clua_vm *vm); // of the thread on top of L, which it pops. May raise.
void clua_make_ready(clua_vm *vm, clua_task *task);
void clua_wake_task(clua_vm *vm, clua_task *task, int outcome, int index);
void clua_forget_ticket(clua_vm *vm, clua_task *task);
int clua_block(lua_State *L, clua_vm *vm, const char *reason, lua_KFunction k);

// clua_waits.c
void clua_waits_add(clua_waits *waits, uint64_t id, clua_task *task);
clua_task *clua_waits_take(clua_waits *waits, uint64_t id); // NULL: nobody waits for it
void clua_waits_free(clua_waits *waits);

// clua_decode.c
int clua_decode(lua_State *L, clua_vm *vm); // pushes the output's values, returns how many

// clua_channel.c
clua_channel *clua_push_channel(lua_State *L, int64_t capacity);
void clua_push_route(lua_State *L, clua_vm *vm, int32_t route);
bool clua_deliver(lua_State *L, clua_vm *vm, int index); // the value on top, to the channel at `index`
int clua_pump(lua_State *L, clua_vm *vm, bool for_receive);
int clua_receive_route(lua_State *L, clua_vm *vm, int32_t route, uint64_t timer);
void clua_close_channel(clua_vm *vm, clua_channel *channel);
void clua_unlink_waiters(clua_vm *vm, clua_task *task);

// clua_module.c
void clua_push_native(lua_State *L, int32_t number);
const clua_module *clua_lazy_module(lua_State *L, int index);
void clua_push_class(lua_State *L, const clua_class *kind);
void *clua_push_sized_object(lua_State *L, const clua_class *kind, size_t size, int user_values);
void clua_push_null(lua_State *L, clua_vm *vm);
void clua_push_event_class(lua_State *L);
void clua_make_message_event(lua_State *L); // of sender, topic and payload on top, which it pops

// clua_native.c
int clua_native_call(lua_State *L);

// clua_error.c
void clua_make_error(lua_State *L, int retryable); // of kind, message, details, stack on top, which it pops

// clua_load.c
#define CLUA_CONSTANT_ENVIRONMENT "`_ENV` cannot be a local constant (`local _ENV <const>`): leave `<const>` out"
bool clua_has_constant_environment(const char *source, size_t length);
int clua_load(lua_State *L);

// clua_libraries.c
void clua_set_up_libraries(clua_module *globals);
void clua_set_up_classes(void);

// Keys of the registry are addresses.
extern char clua_key_feeds, clua_key_loaded, clua_key_routes, clua_key_event, clua_key_lazy;

// The low bit of a thread's extra space: the process has suspended it, not the program.
static inline clua_vm *vm_of(lua_State *L) {
  uintptr_t word = *(uintptr_t *)lua_getextraspace(L);
  return (clua_vm *)(word & ~(uintptr_t)1);
}
static inline void set_parked(lua_State *L, bool is_parked) {
  uintptr_t *word = lua_getextraspace(L);
  *word = (*word & ~(uintptr_t)1) | (uintptr_t)is_parked;
}
static inline bool is_parked(lua_State *L) { return *(uintptr_t *)lua_getextraspace(L) & 1; }

#endif
