#include "clua_internal.h"

// Error values. Fields: 1 kind, 2 message, 3 details, 4 stack; word 0: retryable, -1 when nobody said.

static clua_class *error_class;
static clua_module *error_module;

const clua_class *clua_error_class(void) { return error_class; }
const clua_module *clua_module_errors(void) { return error_module; }

static const char *const kinds[] = {"INVALID",   "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
                                    "TIMEOUT",   "CANCELED",  "UNAVAILABLE",    "INTERNAL",
                                    "CONFLICT",  "RATE_LIMITED", "UNKNOWN"};
#define KIND_COUNT (int)(sizeof kinds / sizeof *kinds)

void clua_make_error(lua_State *L, int retryable) {
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    luaL_traceback(L, L, NULL, 1);
  }
  clua_object *error = clua_push_object(L, error_class, 4);
  error->words[0] = retryable;
  lua_insert(L, -5);
  for (int i = 4; i >= 1; i--) lua_setiuservalue(L, -1 - i, i);
}

static clua_object *check_error(lua_State *L) {
  clua_object *error = clua_to_object(L, 1, error_class);
  if (!error) luaL_typeerror(L, 1, "error");
  return error;
}

static int error_kind(lua_State *L) {
  check_error(L);
  lua_getiuservalue(L, 1, 1);
  return 1;
}

static int error_message(lua_State *L) {
  check_error(L);
  lua_getiuservalue(L, 1, 2);
  return 1;
}

static int error_retryable(lua_State *L) {
  clua_object *error = check_error(L);
  if (error->words[0] < 0) lua_pushnil(L);
  else lua_pushboolean(L, error->words[0] != 0);
  return 1;
}

static int error_details(lua_State *L) {
  check_error(L);
  lua_getiuservalue(L, 1, 3);
  return 1;
}

static int error_stack(lua_State *L) {
  check_error(L);
  lua_getiuservalue(L, 1, 4);
  return 1;
}

static void push_text(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_getiuservalue(L, index, 1);
  lua_getiuservalue(L, index, 2);
  const char *kind = lua_tostring(L, -2);
  if (kind && strcmp(kind, "UNKNOWN") != 0) {
    lua_pushfstring(L, "%s: %s", kind, lua_tostring(L, -1));
  } else {
    lua_pushvalue(L, -1);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

static int error_text(lua_State *L) {
  check_error(L);
  push_text(L, 1);
  return 1;
}

static int error_concat(lua_State *L) {
  for (int i = 1; i <= 2; i++) {
    if (clua_to_object(L, i, error_class)) {
      push_text(L, i);
    } else if (lua_type(L, i) == LUA_TSTRING || lua_type(L, i) == LUA_TNUMBER) {
      lua_pushvalue(L, i);
      lua_tostring(L, -1);
    } else {
      return luaL_error(L, "attempt to concatenate a %s value with an error", luaL_typename(L, i));
    }
  }
  lua_concat(L, 2);
  return 1;
}

static bool is_kind(const char *text) {
  for (int i = 0; i < KIND_COUNT; i++) {
    if (strcmp(text, kinds[i]) == 0) return true;
  }
  return false;
}

// errors.new(message) | errors.new{message, kind, retryable, details} | errors.new(kind, message)
static int errors_new(lua_State *L) {
  lua_settop(L, 2);
  int retryable = -1;
  if (lua_istable(L, 1)) {
    lua_getfield(L, 1, "kind");
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushliteral(L, "UNKNOWN");
    } else if (lua_type(L, -1) != LUA_TSTRING) {
      return luaL_argerror(L, 1, "kind has to be a string: one of the constants of errors");
    }
    lua_getfield(L, 1, "message");
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_rawgeti(L, 1, 1);
    }
    if (lua_type(L, -1) != LUA_TSTRING) return luaL_argerror(L, 1, "message has to be a string");
    lua_getfield(L, 1, "retryable");
    if (lua_isboolean(L, -1)) retryable = lua_toboolean(L, -1);
    lua_pop(L, 1);
    lua_getfield(L, 1, "details");
  } else {
    const char *text = luaL_checkstring(L, 1);
    if (lua_type(L, 2) == LUA_TSTRING) {
      if (!is_kind(text)) return luaL_argerror(L, 1, "not a kind of error: use errors.new{message = ..., kind = ...}");
      lua_pushvalue(L, 1);
      lua_pushvalue(L, 2);
    } else {
      lua_pushliteral(L, "UNKNOWN");
      lua_pushvalue(L, 1);
    }
    lua_pushnil(L);
  }
  lua_pushnil(L);
  clua_make_error(L, retryable);
  return 1;
}

static int errors_wrap(lua_State *L) {
  const char *message = luaL_checkstring(L, 2);
  clua_object *error = clua_to_object(L, 1, error_class);
  if (error) {
    lua_getiuservalue(L, 1, 1);
    lua_getiuservalue(L, 1, 2);
    const char *inner = lua_tostring(L, -1);
    lua_pushfstring(L, "%s: %s", message, inner ? inner : "?");
    lua_remove(L, -2);
    lua_getiuservalue(L, 1, 3);
    lua_getiuservalue(L, 1, 4);
    clua_make_error(L, (int)error->words[0]);
    return 1;
  }
  luaL_argexpected(L, lua_type(L, 1) == LUA_TSTRING, 1, "error");
  lua_pushliteral(L, "UNKNOWN");
  lua_pushfstring(L, "%s: %s", message, lua_tostring(L, 1));
  lua_pushnil(L);
  lua_pushnil(L);
  clua_make_error(L, -1);
  return 1;
}

static int errors_is(lua_State *L) {
  const char *kind = luaL_checkstring(L, 2);
  bool is_equal = false;
  if (clua_to_object(L, 1, error_class)) {
    lua_getiuservalue(L, 1, 1);
    const char *own = lua_tostring(L, -1);
    is_equal = own && strcmp(own, kind) == 0;
  }
  lua_pushboolean(L, is_equal);
  return 1;
}

// Lines of a traceback (`file:12: in function 'name'`) as a table.
static int errors_call_stack(lua_State *L) {
  if (!clua_to_object(L, 1, error_class)) {
    lua_pushnil(L);
    return 1;
  }
  lua_getiuservalue(L, 1, 4);
  const char *line = lua_tostring(L, -1);
  if (!line) return 1;
  int text = lua_gettop(L);
  lua_createtable(L, 0, 2);
  lua_pushliteral(L, "main");
  lua_setfield(L, -2, "thread");
  lua_createtable(L, 4, 0);
  lua_Integer count = 0;
  while (line && *line) {
    const char *end = strchr(line, '\n');
    size_t length = end ? (size_t)(end - line) : strlen(line);
    const char *in = NULL;
    for (const char *at = line; at + 5 < line + length; at++) {
      if (strncmp(at, ": in ", 5) == 0) {
        in = at;
        break;
      }
    }
    if (line[0] == '\t' && in) {
      const char *colon = in;
      while (colon > line && *colon != ':') colon--;
      const char *before = in - 1;
      while (before > line && *before >= '0' && *before <= '9') before--;
      lua_createtable(L, 0, 3);
      const bool has_line = *before == ':' && before < in - 1;
      lua_pushlstring(L, line + 1, (size_t)((has_line ? before : in) - line - 1));
      lua_setfield(L, -2, "source");
      lua_pushinteger(L, has_line ? atoll(before + 1) : 0);
      lua_setfield(L, -2, "line");
      lua_pushlstring(L, in + 5, length - (size_t)(in + 5 - line));
      lua_setfield(L, -2, "name");
      lua_rawseti(L, -2, ++count);
    }
    line = end ? end + 1 : NULL;
  }
  lua_setfield(L, -2, "frames");
  lua_remove(L, text);
  return 1;
}

void clua_set_up_errors(void);
void clua_set_up_errors(void) {
  error_class = clua_class_create("error", false);
  clua_module *methods = error_class->methods;
  clua_module_add_function(methods, "kind", error_kind);
  clua_module_add_function(methods, "message", error_message);
  clua_module_add_function(methods, "retryable", error_retryable);
  clua_module_add_function(methods, "details", error_details);
  clua_module_add_function(methods, "stack", error_stack);
  clua_module_add_function(methods, "__tostring", error_text);
  clua_module_add_function(methods, "__concat", error_concat);
  clua_module_finish(methods);
  error_module = clua_module_create("errors");
  clua_module_add_function(error_module, "new", errors_new);
  clua_module_add_function(error_module, "wrap", errors_wrap);
  clua_module_add_function(error_module, "is", errors_is);
  clua_module_add_function(error_module, "call_stack", errors_call_stack);
  for (int i = 0; i < KIND_COUNT; i++) clua_module_add_text(error_module, kinds[i], kinds[i]);
  clua_module_finish(error_module);
}
