// One Lua process: a state with a limit for its memory, coroutines that wait, and how it is interrupted.
#ifndef CLUA_VM_H
#define CLUA_VM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct clua_vm clua_vm;
typedef struct clua_task clua_task;

// What a Swift function ended with.
enum {
  CLUA_DONE,     // its results are in the output
  CLUA_FAILED,   // nil and the output's one value
  CLUA_RAISE,    // raise the message, with the caller's position
  CLUA_ARGUMENT, // raise the message as one about the argument
  CLUA_SUSPEND,  // wait until `clua_wake`
  CLUA_RECEIVE,  // wait for the mailbox's channel `route`
};

typedef struct clua_reply {
  int32_t status;
  int32_t argument;
  int32_t route;
  int32_t padding;
  uint64_t timer;  // CLUA_RECEIVE: what to cancel when something came first; 0 is none
  char message[256];
} clua_reply;

// What `next_event` returns when there is none.
enum {
  CLUA_MAILBOX_EMPTY = -1,
  CLUA_MAILBOX_BUSY = -2, // nothing is taken from it before what was taken is received
};

// How C asks Swift. None of them may call what raises. `owner` is what `clua_create` was given.
struct clua_required;

typedef struct clua_callbacks {
  // Runs Swift function `number` with the arguments on L's stack.
  void (*call)(void *owner, lua_State *L, int32_t number, clua_reply *reply);
  // A suspended function goes on: its results, as `call` has them. Ticket 0: the arguments of the method.
  void (*resume)(void *owner, lua_State *L, uint64_t ticket, clua_reply *reply);
  // Whether the process has to give up the worker.
  bool (*interruption)(void *owner);
  // Takes the next event of the mailbox; its value is the output's. The route's number, or one of the above.
  int32_t (*next_event)(void *owner, bool for_receive);
  // The timer of a receive is not needed any more.
  void (*cancel_timer)(void *owner, uint64_t timer);
  // An object with a reference is gone.
  void (*release)(void *reference);
  // require: says which chunk or module `name` is for the code of `source`. See clua_require.
  void (*require)(void *owner, const char *source, const char *name, struct clua_required *required);
  // print: the text of one line.
  void (*print)(void *owner, const char *text, size_t length);
} clua_callbacks;

typedef struct clua_required {
  const clua_module *module;  // a built-in module
  const char *chunk;          // or compiled code
  size_t chunk_length;
  const char *chunk_name;
  const char *key;            // what it is remembered by
  char message[512];          // or why not
} clua_required;

// Once, before the first process. `globals` gets the members that C has itself; finish it afterwards.
void clua_set_up(const clua_callbacks *callbacks, clua_module *globals);

const clua_class *clua_channel_class(void);
const clua_class *clua_error_class(void);
// Fields: the values; word 0: how many.
const clua_class *clua_payload_class(void);
// The class of `event.at`: words 0 and 1 are seconds and nanoseconds, and word 2 is 1.
void clua_set_time_class(const clua_class *kind);
// Fields: topic, sender, payload.
const clua_class *clua_message_class(void);
// The modules that are written in C.
const clua_module *clua_module_channel(void);
const clua_module *clua_module_errors(void);
const clua_module *clua_module_coroutine(void);

// NULL when there is no memory. `globals` are the members of the global table.
clua_vm *clua_create(void *owner, size_t memory_limit, const clua_module *globals);
// What the callbacks get.
void clua_set_owner(clua_vm *vm, void *owner);
// Frees everything. No code of the program runs.
void clua_close(clua_vm *vm);

clua_output *clua_get_output(clua_vm *vm);
// Releases what nobody has taken, and empties it.
void clua_reset_output(clua_vm *vm);

// Prepares the main coroutine: `chunk` is run, then its method. 0, or what clua_run returns for a failure.
// The memory of all of them has to outlive the process.
int clua_start(clua_vm *vm, const char *chunk, size_t length, const char *name, const char *method);

enum {
  CLUA_RUN_WAIT,
  CLUA_RUN_YIELD,
  CLUA_RUN_LOADED,  // the chunk has run, and the method is there: next, `arguments` is asked for
  CLUA_RUN_RETURNED, // the method has: its results are on `clua_result_state`
  CLUA_RUN_ERROR,   // uncaught: the error value is on top of `clua_result_state`, below its traceback
  CLUA_RUN_MEMORY,
  CLUA_RUN_NO_METHOD, // a message is on top of `clua_result_state`
};
int clua_run(clua_vm *vm);
lua_State *clua_result_state(clua_vm *vm);
// The traceback of the failed coroutine: lives until the next call.
const char *clua_traceback(clua_vm *vm, size_t *length);

// Names the wait of the running coroutine. `reason` is not copied.
void clua_set_waits_for(clua_vm *vm, const char *reason);
const char *clua_waits_for(clua_vm *vm);
// Every coroutine waits for a channel into which nobody is left to send.
bool clua_is_deadlocked(clua_vm *vm);
uint64_t clua_ticket(clua_vm *vm);
// A number for a timer that ends a receive.
uint64_t clua_timer(clua_vm *vm);
// A suspended function can go on: false when nobody waits with this ticket.
bool clua_wake(clua_vm *vm, uint64_t ticket);
// A receive's time is over.
bool clua_time_out(clua_vm *vm, uint64_t timer);
// Sends the output's value to a channel that Swift feeds; CLUA_FEED_CLOSE also closes it. 0, or CLUA_RUN_MEMORY.
enum { CLUA_FEED_VALUE = 1, CLUA_FEED_LAST = 2, CLUA_FEED_CLOSE = 4 };
int clua_feed(clua_vm *vm, uint64_t feed, int what);
// Closes a channel of the mailbox, and forgets it: who waits for it hears that nothing comes. Its number is free again.
void clua_close_route(clua_vm *vm, int32_t route);
// Messages that wait in the channels of the mailbox.
int64_t clua_routed_count(clua_vm *vm);

size_t clua_memory_in_use(const clua_vm *vm);

// The thread that runs `clua_run` now, for `clua_interrupt`; from any thread.
int32_t clua_thread_id(void);
void clua_interrupt(int32_t thread);

// Compiles source to a precompiled chunk. The result is malloc'ed; NULL: `message` is the malloc'ed error.
char *clua_compile(const char *source, size_t length, const char *name, size_t *chunk_length, char **message);

// For functions written in C --------------------------------------------------------------------------------------

// Whether the running coroutine may wait or be preempted here.
bool clua_can_wait(lua_State *L);
// Raises an error when it may not.
void clua_check_can_wait(lua_State *L);
// Whether somebody has asked for the worker: a C function that loops then calls clua_pause.
bool clua_is_interrupted(lua_State *L);
// Gives up the worker and goes on with `k`; returns when nobody needs it (or it may not). Use: return clua_pause(...).
int clua_pause(lua_State *L, lua_KContext context, lua_KFunction k);
// The function of Lua's own libraries, by module and name; NULL when there is none. `module` "_G" has the basic ones.
lua_CFunction clua_stock(const char *module, const char *name);

#endif
