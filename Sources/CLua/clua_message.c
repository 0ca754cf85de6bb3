#include "clua_internal.h"

// What a mailbox hands out: messages, payloads, and the methods of events.

static clua_class *payload_class, *message_class;
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

static int message_topic(lua_State *L) { return message_field(L, 1); }
static int message_from(lua_State *L) { return message_field(L, 2); }
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

void clua_push_event_class(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_key_event) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 1);
  clua_push_module(L, event_methods);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_key_event);
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
