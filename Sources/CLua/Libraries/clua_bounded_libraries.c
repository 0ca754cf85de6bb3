#include "../include/CLua.h"
#include "clua_string.h"
#include "clua_table.h"

static const luaL_Reg string_functions[] = {
    {"find", clua_string_find}, {"match", clua_string_match}, {"gmatch", clua_string_gmatch},
    {"gsub", clua_string_gsub}, {"rep", clua_string_rep},     {NULL, NULL},
};

static const luaL_Reg table_functions[] = {
    {"concat", clua_table_concat}, {"insert", clua_table_insert}, {"move", clua_table_move},
    {"remove", clua_table_remove}, {"sort", clua_table_sort},     {NULL, NULL},
};

int clua_open_bounded_libraries(lua_State *L) {
  if (lua_getglobal(L, LUA_STRLIBNAME) == LUA_TTABLE) {
    luaL_setfuncs(L, string_functions, 0);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
  }
  if (lua_getglobal(L, LUA_TABLIBNAME) == LUA_TTABLE) luaL_setfuncs(L, table_functions, 0);
  lua_pop(L, 2);
  return 0;
}
