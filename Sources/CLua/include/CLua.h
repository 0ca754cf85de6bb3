// Lua 5.4, and the C side of everything that may raise or yield: Lua's errors are long jumps, which must
// never cross a Swift frame.
#ifndef CLUA_H
#define CLUA_H

#if __has_include(<lua5.4/lua.h>)
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#else
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#endif

#include "clua_module.h"
#include "clua_output.h"
#include "clua_vm.h"

/// `Lua 5.4.4`: the library's own release.
const char *clua_release(void);

#include "CLuaLibraries.h"

#endif
