#include "clua_internal.h"

// What a mailbox hands out: messages, payloads, and the methods of events.

static clua_class *payload_class, *message_class;
static const clua_class *time_class;
static clua_module *event_methods;

const clua_class *clua_payload_class(void) { return payload_class; }
const clua_class *clua_message_class(void) { return message_class; }

static int push_payload(lua_State *L, int index) {
  clua_object *payload = clua_to_object(L, index, payload_class);
  if (!payload) {
    lua_pushnil(L);
    return 1;
  }
  int count = (int)payload->words[0];
  index = lua_absindex(L, index);
  luaL_checkstack(L, count + 2, "a payload with too many values");
  for (int i = 1; i <= count; i++) lua_getiuservalue(L, index, i);
  return count;
}

static int payload_data(lua_State *L) {
  if (!clua_to_object(L, 1, payload_class)) return luaL_typeerror(L, 1, "payload");
  return push_payload(L, 1);
}

static int message_field(lua_State *L, int field) {
  if (!clua_to_object(L, 1, message_class)) return luaL_typeerror(L, 1, "message");
  lua_getiuservalue(L, 1, field);
  return 1;
}

static int message_from(lua_State *L) { return message_field(L, 1); }
static int message_topic(lua_State *L) { return message_field(L, 2); }
static int message_payload(lua_State *L) { return message_field(L, 3); }

static int message_data(lua_State *L) {
  message_field(L, 3);
  return push_payload(L, -1);
}

static int event_data(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushliteral(L, "payload");
  lua_rawget(L, 1);
  return push_payload(L, -1);
}

void clua_set_time_class(const clua_class *kind) { time_class = kind; }

// The event of a message has few fields of its own, because most programs ask for no others: a time is an object that has to
// be collected. `kind` is its type, and the payload knows when it was sent.

// Pushes `event.at` of the event at 1; nil when it has none.
static void push_time(lua_State *L) {
  lua_pushliteral(L, "payload");
  lua_rawget(L, 1);
  clua_object *payload = clua_to_object(L, -1, payload_class);
  if (!payload || payload->words[1] == 0) {
    lua_pushnil(L);
    return;
  }
  clua_object *time = clua_push_object(L, time_class, 0);
  time->words[0] = payload->words[1];
  time->words[1] = payload->words[2];
  time->words[2] = 1;
}

static int event_index(lua_State *L) {
  const char *name = lua_type(L, 2) == LUA_TSTRING && lua_istable(L, 1) ? lua_tostring(L, 2) : "";
  if (strcmp(name, "kind") == 0) {
    lua_pushliteral(L, "type");
    lua_rawget(L, 1);
  } else if (strcmp(name, "at") == 0) {
    push_time(L);
  } else {
    clua_push_module(L, event_methods);
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
  }
  return 1;
}

// All fields, for a loop over them.
static int event_pairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  static const char *const names[] = {"kind", "at"};
  for (int i = 0; i < 2; i++) {
    lua_settop(L, 1);
    lua_pushstring(L, names[i]);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) != LUA_TNIL) continue;
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_gettable(L, 1);
    if (!lua_isnil(L, -1)) lua_rawset(L, 1);
  }
  lua_getglobal(L, "next");
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

void clua_push_event_class(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_key_event) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, event_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, event_pairs);
  lua_setfield(L, -2, "__pairs");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_key_event);
}

void clua_make_message_event(lua_State *L) {
  lua_createtable(L, 0, 4);
  lua_insert(L, -4);
  lua_setfield(L, -4, "payload");
  lua_setfield(L, -3, "topic");
  lua_setfield(L, -2, "from");
  lua_pushliteral(L, "MESSAGE");
  lua_setfield(L, -2, "type");
  clua_push_event_class(L);
  lua_setmetatable(L, -2);
}

static void set_up_messages(void) {
  payload_class = clua_class_create("payload", false);
  clua_module_add_function(payload_class->methods, "data", payload_data);
  clua_module_finish(payload_class->methods);
  message_class = clua_class_create("message", false);
  clua_module_add_function(message_class->methods, "topic", message_topic);
  clua_module_add_function(message_class->methods, "from", message_from);
  clua_module_add_function(message_class->methods, "payload", message_payload);
  clua_module_add_function(message_class->methods, "data", message_data);
  clua_module_finish(message_class->methods);
  event_methods = clua_module_create("event");
  clua_module_add_function(event_methods, "data", event_data);
  clua_module_finish(event_methods);
}

void clua_set_up_channels(void);
void clua_set_up_errors(void);
void clua_set_up_coroutines(void);

void clua_set_up_classes(void) {
  set_up_messages();
  clua_set_up_channels();
  clua_set_up_errors();
  clua_set_up_coroutines();
}
