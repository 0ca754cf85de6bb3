// Where a C function that runs long lets the process be interrupted.
#ifndef CLUA_HOOK_POINT_H
#define CLUA_HOOK_POINT_H

#include "../include/CLua.h"

/// Whether a hook is set: the slice is over, or the process has to end. Nobody else sets hooks.
static inline int clua_has_hook(lua_State *L) { return lua_gethook(L) != NULL; }

/// Lets the hook run. It may yield, and then goes on in `continuation`; or raise; otherwise this returns with the
/// stack as it was. Needs three slots of stack.
void clua_run_hook(lua_State *L, lua_KContext context, lua_KFunction continuation);

#endif
