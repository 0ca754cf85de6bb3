// The functions of `table` that stand in for Lua's.
#ifndef CLUA_TABLE_H
#define CLUA_TABLE_H

#include "clua_hook_point.h"

enum { CLUA_TABLE_READ = 1, CLUA_TABLE_WRITE = 2, CLUA_TABLE_LENGTH = 4 };

enum {
  /// Elements between two looks at the hook.
  CLUA_POLL_ELEMENTS = 1024,
};

/// Raises unless the argument is a table, or has the metamethods to be used like one.
void clua_check_table(lua_State *L, int argument, int operations);

int clua_table_concat(lua_State *L);
int clua_table_insert(lua_State *L);
int clua_table_move(lua_State *L);
int clua_table_remove(lua_State *L);
int clua_table_sort(lua_State *L);

#endif
