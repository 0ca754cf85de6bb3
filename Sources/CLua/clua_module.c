#include "clua_internal.h"

char clua_key_feeds, clua_key_loaded, clua_key_routes, clua_key_event, clua_key_lazy;
static char key_lazy_metatable;

clua_module *clua_module_create(const char *name) {
  clua_module *module = calloc(1, sizeof *module);
  if (!module) abort();
  module->name = strdup(name);
  return module;
}

static clua_member *add(clua_module *module, const char *name, clua_member_kind kind) {
  if (module->count == module->capacity) {
    int32_t capacity = module->capacity ? module->capacity * 2 : 16;
    clua_member *members = realloc(module->members, (size_t)capacity * sizeof *members);
    if (!members) abort();
    module->members = members;
    module->capacity = capacity;
  }
  clua_member *member = &module->members[module->count++];
  memset(member, 0, sizeof *member);
  member->name = strdup(name);
  member->kind = kind;
  return member;
}

void clua_module_add_function(clua_module *module, const char *name, lua_CFunction function) {
  add(module, name, CLUA_MEMBER_FUNCTION)->function = function;
}
void clua_module_add_native(clua_module *module, const char *name, int32_t number) {
  add(module, name, CLUA_MEMBER_NATIVE)->integer = number;
}
void clua_module_add_integer(clua_module *module, const char *name, int64_t value) {
  add(module, name, CLUA_MEMBER_INTEGER)->integer = value;
}
void clua_module_add_number(clua_module *module, const char *name, double value) {
  add(module, name, CLUA_MEMBER_NUMBER)->number = value;
}
void clua_module_add_text(clua_module *module, const char *name, const char *value) {
  add(module, name, CLUA_MEMBER_TEXT)->text = strdup(value);
}
void clua_module_add_null(clua_module *module, const char *name) { add(module, name, CLUA_MEMBER_NULL); }
void clua_module_add_module(clua_module *module, const char *name, const clua_module *value) {
  add(module, name, CLUA_MEMBER_MODULE)->module = value;
}
void clua_module_add_native_value(clua_module *module, const char *name, int32_t number) {
  add(module, name, CLUA_MEMBER_NATIVE_VALUE)->integer = number;
}
void clua_module_add_make(clua_module *module, const char *name, lua_CFunction make) {
  add(module, name, CLUA_MEMBER_MAKE)->function = make;
}

static int compare(const void *left, const void *right) {
  return strcmp(((const clua_member *)left)->name, ((const clua_member *)right)->name);
}

void clua_module_finish(clua_module *module) {
  if (module->count) qsort(module->members, (size_t)module->count, sizeof *module->members, compare);
}

const clua_member *clua_module_find(const clua_module *module, const char *name) {
  if (!module->count) return NULL;
  clua_member key = {.name = name};
  return bsearch(&key, module->members, (size_t)module->count, sizeof *module->members, compare);
}

// Lazy tables -------------------------------------------------------------------------------------------------------

static void push_member(lua_State *L, const clua_member *member) {
  switch (member->kind) {
  case CLUA_MEMBER_FUNCTION: lua_pushcfunction(L, member->function); break;
  case CLUA_MEMBER_NATIVE: clua_push_native(L, (int32_t)member->integer); break;
  case CLUA_MEMBER_INTEGER: lua_pushinteger(L, member->integer); break;
  case CLUA_MEMBER_NUMBER: lua_pushnumber(L, member->number); break;
  case CLUA_MEMBER_TEXT: lua_pushstring(L, member->text); break;
  case CLUA_MEMBER_NULL: clua_push_null(L, vm_of(L)); break;
  case CLUA_MEMBER_MODULE: clua_push_module(L, member->module); break;
  case CLUA_MEMBER_NATIVE_VALUE:
    clua_push_native(L, (int32_t)member->integer);
    lua_call(L, 0, 1);
    break;
  case CLUA_MEMBER_MAKE:
    lua_pushcfunction(L, member->function);
    lua_call(L, 0, 1);
    break;
  }
}

const clua_module *clua_lazy_module(lua_State *L, int index) {
  if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return NULL;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &key_lazy_metatable);
  bool is_lazy = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  if (!is_lazy) return NULL;
  lua_rawgetp(L, index, &clua_key_lazy);
  const clua_module *module = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return module;
}

static int lazy_index(lua_State *L) {
  const clua_member *member = NULL;
  if (lua_type(L, 2) == LUA_TSTRING && lua_istable(L, 1)) {
    lua_rawgetp(L, 1, &clua_key_lazy);
    const clua_module *module = lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (module) member = clua_module_find(module, lua_tostring(L, 2));
  }
  if (!member) {
    lua_pushnil(L);
    return 1;
  }
  push_member(L, member);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 1);
  return 1;
}

void clua_materialize(lua_State *L, int index) {
  index = lua_absindex(L, index);
  const clua_module *module = clua_lazy_module(L, index);
  if (!module) return;
  luaL_checkstack(L, 8, NULL);
  for (int32_t i = 0; i < module->count; i++) {
    lua_pushstring(L, module->members[i].name);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, index) == LUA_TNIL) {
      lua_pop(L, 1);
      push_member(L, &module->members[i]);
      lua_rawset(L, index);
    } else {
      lua_pop(L, 2);
    }
  }
  lua_pushnil(L);
  lua_rawsetp(L, index, &clua_key_lazy);
  lua_pushnil(L);
  lua_setmetatable(L, index);
}

static int lazy_pairs(lua_State *L) {
  clua_materialize(L, 1);
  lua_getglobal(L, "next");
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

static void push_lazy_metatable(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_lazy_metatable) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 3);
  lua_pushcfunction(L, lazy_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, lazy_pairs);
  lua_setfield(L, -2, "__pairs");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key_lazy_metatable);
}

// Turns the table on top into the module's.
static void make_lazy(lua_State *L, const clua_module *module) {
  lua_pushlightuserdata(L, (void *)module);
  lua_rawsetp(L, -2, &clua_key_lazy);
  push_lazy_metatable(L);
  lua_setmetatable(L, -2);
}

void clua_push_module(lua_State *L, const clua_module *module) {
  luaL_checkstack(L, 8, NULL);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, module) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 4);
  make_lazy(L, module);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, module);
}

void clua_push_native(lua_State *L, int32_t number) {
  lua_pushinteger(L, number);
  lua_pushcclosure(L, clua_native_call, 1);
}

// Classes -----------------------------------------------------------------------------------------------------------

clua_class *clua_class_create(const char *name, bool has_reference) {
  clua_class *kind = calloc(1, sizeof *kind);
  if (!kind) abort();
  kind->name = strdup(name);
  kind->methods = clua_module_create(name);
  kind->has_reference = has_reference;
  return kind;
}

// Every userdata of a state is one of ours.
clua_object *clua_to_object(lua_State *L, int index, const clua_class *kind) {
  if (lua_type(L, index) != LUA_TUSERDATA) return NULL;
  clua_object *object = lua_touserdata(L, index);
  return !kind || object->kind == kind ? object : NULL;
}

static int collect_object(lua_State *L) {
  clua_object *object = lua_touserdata(L, 1);
  void *reference = object->reference;
  object->reference = NULL;
  if (reference) clua_calls.release(reference);
  return 0;
}

void clua_push_class(lua_State *L, const clua_class *kind) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, kind) == LUA_TTABLE) return;
  lua_pop(L, 1);
  luaL_checkstack(L, 8, NULL);
  lua_createtable(L, 0, 4);
  clua_push_module(L, kind->methods);
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, kind->name);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  if (kind->has_reference) {
    lua_pushcfunction(L, collect_object);
    lua_setfield(L, -2, "__gc");
  }
  for (int32_t i = 0; i < kind->methods->count; i++) {
    const clua_member *member = &kind->methods->members[i];
    if (member->name[0] != '_' || member->name[1] != '_') continue;
    push_member(L, member);
    lua_setfield(L, -2, member->name);
  }
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, kind);
}

void *clua_push_sized_object(lua_State *L, const clua_class *kind, size_t size, int user_values) {
  luaL_checkstack(L, 4, NULL);
  // The class first: an object without its metatable would not be collected properly.
  clua_push_class(L, kind);
  clua_object *object = lua_newuserdatauv(L, size, user_values);
  memset(object, 0, size);
  object->kind = kind;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  return object;
}

clua_object *clua_push_object(lua_State *L, const clua_class *kind, int user_values) {
  return clua_push_sized_object(L, kind, sizeof(clua_object), user_values);
}

static int null_to_text(lua_State *L) {
  lua_pushliteral(L, "null");
  return 1;
}

void clua_push_null(lua_State *L, clua_vm *vm) {
  lua_pushlightuserdata(L, NULL);
  if (vm->has_null) return;
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, null_to_text);
  lua_setfield(L, -2, "__tostring");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  vm->has_null = true;
}
