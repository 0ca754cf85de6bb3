// The functions of `string` that stand in for Lua's.
#ifndef CLUA_STRING_H
#define CLUA_STRING_H

#include "../include/CLua.h"

int clua_string_find(lua_State *L);
int clua_string_match(lua_State *L);
int clua_string_gmatch(lua_State *L);
int clua_string_gsub(lua_State *L);
int clua_string_rep(lua_State *L);

#endif
