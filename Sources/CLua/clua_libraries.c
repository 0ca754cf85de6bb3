#include "CLuaLibraries.h"
#include "clua_internal.h"

// The basic functions and Lua's own libraries, without what leaves the sandbox.

// Lua's libraries export their tables only: a state of our own has them, and is kept for the functions' addresses.
static lua_State *stock;

lua_CFunction clua_stock(const char *module, const char *name) {
  lua_getglobal(stock, module);
  lua_getfield(stock, -1, name);
  lua_CFunction function = lua_tocfunction(stock, -1);
  lua_pop(stock, 2);
  return function;
}

// Values --------------------------------------------------------------------------------------------------------------

static int text_made(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  if (lua_type(L, -1) != LUA_TSTRING) return luaL_error(L, "'__tostring' must return a string");
  return 1;
}

// With a continuation, so that __tostring may wait and be interrupted.
static int base_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL) {
    luaL_tolstring(L, 1, NULL);
    return 1;
  }
  lua_pushvalue(L, 1);
  lua_callk(L, 1, 1, 0, text_made);
  return text_made(L, LUA_OK, 0);
}

static int base_print(lua_State *L) {
  clua_vm *vm = vm_of(L);
  int count = lua_gettop(L);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&buffer, '\t');
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&buffer);
  }
  luaL_pushresult(&buffer);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  clua_calls.print(vm->owner, text, length);
  return 0;
}

// Whether the error that this handler was called for came from the hook: then no hook runs until the error is caught.
static bool is_called_by_hook(lua_State *L) {
  lua_Debug activation;
  return lua_getstack(L, 0, &activation) && lua_getinfo(L, "n", &activation) &&
         strcmp(activation.namewhat, "hook") == 0;
}

// The program's message handler, but for an error that ends what computes too long: nothing could interrupt it there.
static int handle_error(lua_State *L) {
  if (is_called_by_hook(L)) return 1;
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static int protected_call_done(lua_State *L, int status, lua_KContext context) {
  (void)context;
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 2;
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

static int base_xpcall(lua_State *L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  int arguments = lua_gettop(L) - 2;
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, handle_error, 1);
  lua_replace(L, 2);
  // Below the arguments: what comes first when all goes well, and the function.
  lua_pushboolean(L, 1);
  lua_insert(L, 3);
  lua_pushvalue(L, 1);
  lua_insert(L, 4);
  int status = lua_pcallk(L, arguments, LUA_MULTRET, 2, 0, protected_call_done);
  return protected_call_done(L, status, 0);
}

static lua_CFunction stock_next, stock_rawget;

static int base_next(lua_State *L) {
  if (clua_lazy_module(L, 1)) clua_materialize(L, 1);
  return stock_next(L);
}

static int base_rawget(lua_State *L) {
  if (clua_lazy_module(L, 1)) clua_materialize(L, 1);
  return stock_rawget(L);
}

static int base_getmetatable(lua_State *L) {
  luaL_checkany(L, 1);
  if (clua_lazy_module(L, 1) || !lua_getmetatable(L, 1)) {
    lua_pushnil(L);
    return 1;
  }
  luaL_getmetafield(L, 1, "__metatable");
  return 1;
}

// Finalizers of programs would run where nothing may interrupt them.
static int base_setmetatable(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int type = lua_type(L, 2);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  clua_materialize(L, 1);
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
  lua_settop(L, 2);
  if (type == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL) {
      return luaL_error(L, "finalizers (`__gc`) are not available: use a to-be-closed variable (`local x <close> = ...`)");
    }
    lua_settop(L, 2);
  }
  lua_setmetatable(L, 1);
  return 1;
}

#define SMALL_HEAP (4 << 20)

static int collect_on(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  while (!lua_gc(L, LUA_GCSTEP, 256)) {
    if (clua_is_interrupted(L)) return clua_pause(L, 0, collect_on);
  }
  lua_settop(L, 0);
  lua_pushinteger(L, 0);
  return 1;
}

static int base_collectgarbage(lua_State *L) {
  static const char *const options[] = {"collect", "count", "step", "stop", "restart", "isrunning",
                                        "incremental", "generational", NULL};
  switch (luaL_checkoption(L, 1, "collect", options)) {
  case 0:
    if (clua_memory_in_use(vm_of(L)) > SMALL_HEAP) return collect_on(L, LUA_OK, 0);
    lua_pushinteger(L, lua_gc(L, LUA_GCCOLLECT));
    return 1;
  case 1: {
    lua_pushnumber(L, (double)clua_memory_in_use(vm_of(L)) / 1024.0);
    return 1;
  }
  case 2: lua_pushboolean(L, lua_gc(L, LUA_GCSTEP, 0)); return 1;
  case 5: lua_pushboolean(L, 1); return 1;
  case 6:
  case 7: lua_pushliteral(L, "incremental"); return 1;
  default: lua_pushinteger(L, 0); return 1;
  }
}

// require -------------------------------------------------------------------------------------------------------------

static int required(lua_State *L, int status, lua_KContext context) {
  (void)context;
  // 1 name, 2 the table of what is loaded, 3 its key, 4 the result or the error
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushvalue(L, 3);
    lua_pushnil(L);
    lua_rawset(L, 2);
    return lua_error(L);
  }
  if (lua_isnil(L, 4)) {
    lua_pushboolean(L, 1);
    lua_replace(L, 4);
  }
  lua_pushvalue(L, 3);
  lua_pushvalue(L, 4);
  lua_rawset(L, 2);
  lua_settop(L, 4);
  return 1;
}

static int base_require(lua_State *L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  lua_settop(L, 1);
  const char *source = "";
  lua_Debug caller;
  if (lua_getstack(L, 1, &caller) && lua_getinfo(L, "S", &caller)) source = caller.source;
  struct clua_required found;
  memset(&found, 0, sizeof found);
  clua_calls.require(vm_of(L)->owner, source, lua_tostring(L, 1), &found);
  if (found.module) {
    clua_push_module(L, found.module);
    return 1;
  }
  if (!found.chunk) return luaL_error(L, "%s", found.message);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_key_loaded) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_key_loaded);
  }
  lua_pushstring(L, found.key);
  lua_pushvalue(L, 3);
  lua_rawget(L, 2);
  if (lua_islightuserdata(L, 4)) return luaL_error(L, "the import of %s comes back to itself", found.key);
  if (!lua_isnil(L, 4)) return 1;
  lua_settop(L, 3);
  if (luaL_loadbufferx(L, found.chunk, found.chunk_length, found.chunk_name, "b") != LUA_OK) return lua_error(L);
  lua_pushvalue(L, 3);
  lua_pushlightuserdata(L, &clua_key_loaded);
  lua_rawset(L, 2);
  return required(L, lua_pcallk(L, 0, 1, 0, 0, required), 0);
}

// math.random has its generator in the process: Lua's own function keeps it in an upvalue ------------------------------

static int make_random(lua_State *L) {
  lua_pushcfunction(L, luaopen_math);
  lua_call(L, 0, 1);
  lua_getfield(L, -1, "random");
  return 1;
}

static int make_randomseed(lua_State *L) {
  // Both share their generator, so both are made together.
  lua_pushcfunction(L, luaopen_math);
  lua_call(L, 0, 1);
  lua_getglobal(L, "math");
  lua_getfield(L, -2, "random");
  lua_setfield(L, -2, "random");
  lua_pop(L, 1);
  lua_getfield(L, -1, "randomseed");
  return 1;
}

static int make_character_pattern(lua_State *L) {
  static const char pattern[] = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*";
  lua_pushlstring(L, pattern, sizeof pattern - 1);
  return 1;
}

static int make_globals(lua_State *L) {
  lua_pushglobaltable(L);
  return 1;
}

// Tables --------------------------------------------------------------------------------------------------------------

static clua_module *add_stock(clua_module *into, const char *name, const char *const *functions) {
  clua_module *module = clua_module_create(name);
  lua_getglobal(stock, name);
  for (; *functions; functions++) {
    lua_getfield(stock, -1, *functions);
    lua_CFunction function = lua_tocfunction(stock, -1);
    if (function) clua_module_add_function(module, *functions, function);
    lua_pop(stock, 1);
  }
  lua_pop(stock, 1);
  clua_module_add_module(into, name, module);
  return module;
}

static clua_module *string_module;

// Arithmetic on strings that are numbers, as Lua's own library has it.
static const char *const string_events[] = {"__add", "__sub", "__mul",  "__mod", "__pow",
                                            "__div", "__idiv", "__unm", NULL};
static lua_CFunction string_functions[8];

void clua_set_string_metatable(lua_State *L);
void clua_set_string_metatable(lua_State *L) {
  lua_pushliteral(L, "");
  lua_createtable(L, 0, 10);
  for (int i = 0; string_events[i]; i++) {
    lua_pushcfunction(L, string_functions[i]);
    lua_setfield(L, -2, string_events[i]);
  }
  clua_push_module(L, string_module);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

static void add_basic(clua_module *globals) {
  static const char *const names[] = {"assert", "error",  "ipairs", "pairs",    "pcall", "rawequal",
                                      "rawlen", "rawset", "select", "tonumber", "type",  NULL};
  lua_pushglobaltable(stock);
  for (int i = 0; names[i]; i++) {
    lua_getfield(stock, -1, names[i]);
    clua_module_add_function(globals, names[i], lua_tocfunction(stock, -1));
    lua_pop(stock, 1);
  }
  lua_pop(stock, 1);
  stock_next = clua_stock("_G", "next");
  stock_rawget = clua_stock("_G", "rawget");
  clua_module_add_function(globals, "xpcall", base_xpcall);
  clua_module_add_function(globals, "tostring", base_tostring);
  clua_module_add_function(globals, "print", base_print);
  clua_module_add_function(globals, "load", clua_load);
  clua_module_add_function(globals, "next", base_next);
  clua_module_add_function(globals, "rawget", base_rawget);
  clua_module_add_function(globals, "getmetatable", base_getmetatable);
  clua_module_add_function(globals, "setmetatable", base_setmetatable);
  clua_module_add_function(globals, "collectgarbage", base_collectgarbage);
  clua_module_add_function(globals, "require", base_require);
  clua_module_add_function(globals, "unpack", clua_stock("table", "unpack"));
  clua_module_add_text(globals, "_VERSION", LUA_VERSION);
  clua_module_add_make(globals, "_G", make_globals);
}

static void add_libraries(clua_module *globals) {
  static const char *const string_names[] = {"byte",   "char", "find",  "format", "gmatch",  "gsub",     "len",
                                             "lower",  "match", "rep",  "reverse", "sub",    "upper",    "pack",
                                             "packsize", "unpack", NULL};
  static const char *const table_names[] = {"concat", "insert", "move", "pack", "remove", "sort", "unpack", NULL};
  static const char *const math_names[] = {"abs",  "acos", "asin", "atan", "ceil", "cos",  "deg",  "exp",  "floor",
                                           "fmod", "log",  "max",  "min",  "modf", "rad",  "sin",  "sqrt", "tan",
                                           "tointeger", "type", "ult", NULL};
  static const char *const utf8_names[] = {"char", "codepoint", "codes", "len", "offset", NULL};
  static const char *const os_names[] = {"clock", "date", "difftime", "time", NULL};

  string_module = add_stock(globals, "string", string_names);
  clua_module *table = add_stock(globals, "table", table_names);
  clua_module *math = add_stock(globals, "math", math_names);
  clua_module *utf8 = add_stock(globals, "utf8", utf8_names);
  clua_module *os = add_stock(globals, "os", os_names);

  clua_module_add_make(math, "random", make_random);
  clua_module_add_make(math, "randomseed", make_randomseed);
  clua_module_add_number(math, "pi", 3.141592653589793238462643383279502884);
  clua_module_add_number(math, "huge", __builtin_huge_val());
  clua_module_add_integer(math, "maxinteger", LUA_MAXINTEGER);
  clua_module_add_integer(math, "mininteger", LUA_MININTEGER);
  clua_module_add_make(utf8, "charpattern", make_character_pattern);
  clua_module_finish(string_module);
  clua_module_finish(table);
  clua_module_finish(math);
  clua_module_finish(utf8);
  clua_module_finish(os);

  lua_pushliteral(stock, "");
  lua_getmetatable(stock, -1);
  for (int i = 0; string_events[i]; i++) {
    lua_getfield(stock, -1, string_events[i]);
    string_functions[i] = lua_tocfunction(stock, -1);
    lua_pop(stock, 1);
  }
  lua_pop(stock, 2);
}

void clua_set_up_libraries(clua_module *globals) {
  stock = luaL_newstate();
  if (!stock) abort();
  luaL_openlibs(stock);
  lua_pushcfunction(stock, clua_open_bounded_libraries);
  lua_call(stock, 0, 0);
  add_basic(globals);
  add_libraries(globals);
  clua_module_add_module(globals, "coroutine", clua_module_coroutine());
  clua_module_add_module(globals, "channel", clua_module_channel());
  clua_module_add_module(globals, "errors", clua_module_errors());
}
