#define _GNU_SOURCE
#include "clua_internal.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// A running program has no hook: that would make it 2.5 times slower. Who wants it to stop sends SIGURG to its thread; the
// handler sets a hook for the next instruction (lua_sethook is the one function that may be called there), and the hook
// yields.

static _Thread_local clua_vm *volatile current_vm;
static _Thread_local bool is_prepared;
static _Thread_local int32_t thread_id;
static struct sigaction previous_action;

static void hook(lua_State *L, lua_Debug *activation);

void clua_arm(lua_State *L) { lua_sethook(L, hook, LUA_MASKCOUNT, 1); }

static void handle_signal(int number, siginfo_t *info, void *context) {
  clua_vm *vm = current_vm;
  if (vm) {
    vm->interrupted = 1;
    lua_State *L = vm->running;
    if (L) clua_arm(L);
  } else if (previous_action.sa_flags & SA_SIGINFO) {
    if (previous_action.sa_sigaction) previous_action.sa_sigaction(number, info, context);
  } else if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(number);
  }
}

void clua_set_up_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK | SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGURG, &action, &previous_action);
}

// The scheduler's threads have all signals blocked that are no faults.
static void prepare_thread(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGURG);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
  thread_id = (int32_t)syscall(SYS_gettid);
  is_prepared = true;
}

int32_t clua_thread_id(void) {
  if (!is_prepared) prepare_thread();
  return thread_id;
}

// A thread that has ended is no error.
void clua_interrupt(int32_t thread) {
  if (thread) syscall(SYS_tgkill, getpid(), thread, SIGURG);
}

void clua_enter(clua_vm *vm) {
  if (!is_prepared) prepare_thread();
  current_vm = vm;
}

void clua_leave(void) { current_vm = NULL; }

bool clua_can_wait(lua_State *L) { return vm_of(L)->pinned == 0 && lua_isyieldable(L); }

void clua_check_can_wait(lua_State *L) {
  luaL_checkstack(L, 8, NULL); // for what others push there
  if (!clua_can_wait(L)) {
    luaL_error(L, "attempt to wait inside a function that a library function calls; use a coroutine of its own");
  }
}

// What a callback gets that cannot be suspended: so much of the processor's time, looked at after so many instructions, or
// fewer where they take long (a call may copy a million arguments).
#define STUCK_INSTRUCTIONS 10000
#define STUCK_NANOSECONDS 50000000
#define LOOK_NANOSECONDS 1000000

static int64_t processor_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Whether the callback has had its time; if not, `instructions` is when to look again.
static bool is_stuck(clua_vm *vm, int *instructions) {
  int64_t now = processor_time();
  if (!vm->stuck_instructions) {
    vm->stuck_since = vm->stuck_look = now;
    vm->stuck_instructions = 100;
  }
  int64_t passed = now - vm->stuck_look;
  vm->stuck_look = now;
  if (passed > LOOK_NANOSECONDS) vm->stuck_instructions = vm->stuck_instructions > 8 ? vm->stuck_instructions / 8 : 1;
  else if (vm->stuck_instructions < STUCK_INSTRUCTIONS) vm->stuck_instructions *= 2;
  *instructions = vm->stuck_instructions;
  return now - vm->stuck_since > STUCK_NANOSECONDS;
}

static void hook(lua_State *L, lua_Debug *activation) {
  (void)activation;
  clua_vm *vm = vm_of(L);
  lua_sethook(L, NULL, 0, 0);
  vm->interrupted = 0;
  if (!vm->out_of_memory && !clua_calls.interruption(vm->owner)) {
    vm->stuck_instructions = 0;
    return;
  }
  if (clua_can_wait(L)) {
    vm->stuck_instructions = 0;
    vm->suspending = SUSPEND_PREEMPTED;
    lua_yield(L, 0);
    return;
  }
  int instructions = 0;
  if (vm->out_of_memory || is_stuck(vm, &instructions)) {
    clua_arm(L); // so that it does not go on when the program catches the error
    luaL_error(L, "a function that a library function calls computes too long: it cannot be interrupted there");
  }
  lua_sethook(L, hook, LUA_MASKCOUNT, instructions);
}

bool clua_is_interrupted(lua_State *L) {
  clua_vm *vm = vm_of(L);
  return vm->interrupted != 0 || vm->out_of_memory;
}

int clua_pause(lua_State *L, lua_KContext context, lua_KFunction k) {
  clua_vm *vm = vm_of(L);
  vm->interrupted = 0;
  if ((vm->out_of_memory || clua_calls.interruption(vm->owner)) && clua_can_wait(L)) {
    vm->stuck_instructions = 0;
    vm->suspending = SUSPEND_PREEMPTED;
    return lua_yieldk(L, 0, context, k);
  }
  return k(L, LUA_OK, context);
}
