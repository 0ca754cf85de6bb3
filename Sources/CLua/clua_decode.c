#include "clua_internal.h"

// Runs the output's program: see clua_output.h.

#define MAXIMUM_DEPTH 180

typedef struct reader {
  clua_vm *vm;
  const uint8_t *next, *end;
  int depth;
} reader;

static void take(lua_State *L, reader *from, void *into, size_t count) {
  if ((size_t)(from->end - from->next) < count) luaL_error(L, "a value is cut off");
  memcpy(into, from->next, count);
  from->next += count;
}

static uint32_t take_u32(lua_State *L, reader *from) {
  uint32_t value;
  take(L, from, &value, sizeof value);
  return value;
}

static int64_t take_i64(lua_State *L, reader *from) {
  int64_t value;
  take(L, from, &value, sizeof value);
  return value;
}

static void decode_value(lua_State *L, reader *from);

static void decode_table(lua_State *L, reader *from) {
  uint32_t count = take_u32(L, from);
  // The count is not believed beyond what is there.
  lua_createtable(L, 0, count < 1024 ? (int)count : 1024);
  for (uint32_t i = 0; i < count; i++) {
    decode_value(L, from);
    decode_value(L, from);
    lua_rawset(L, -3);
  }
}

static void decode_object(lua_State *L, reader *from) {
  const clua_class *kind;
  take(L, from, &kind, sizeof kind);
  uint32_t index = take_u32(L, from);
  int64_t words[3];
  take(L, from, words, sizeof words);
  uint32_t fields = take_u32(L, from);
  if (fields > 1000) luaL_error(L, "an object with too many fields");
  clua_object *object = clua_push_object(L, kind, (int)fields);
  memcpy(object->words, words, sizeof words);
  clua_output *output = &from->vm->output;
  if (index != UINT32_MAX && index < output->reference_count) {
    object->reference = output->references[index];
    output->references[index] = NULL;
  }
  for (uint32_t i = 1; i <= fields; i++) {
    decode_value(L, from);
    lua_setiuservalue(L, -2, (int)i);
  }
}

// The channel on top gets what the feed sends.
static void add_feed(lua_State *L, int64_t feed) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_key_feeds) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_key_feeds);
  }
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, feed);
  lua_pop(L, 1);
  vm_of(L)->open_feeds++;
}

static void decode_channel(lua_State *L, reader *from) {
  int64_t feed = take_i64(L, from);
  int64_t capacity = take_i64(L, from);
  clua_push_channel(L, capacity);
  if (feed) add_feed(L, feed);
}

// A channel that is there already gets another feed.
static void decode_feeding(lua_State *L, reader *from) {
  int64_t feed = take_i64(L, from);
  uint32_t index = take_u32(L, from);
  uint32_t field = take_u32(L, from);
  bool value = take_u32(L, from) != 0;
  if (index <= (uint32_t)lua_gettop(L) && clua_to_object(L, (int)index, NULL)) {
    lua_getiuservalue(L, (int)index, (int)field);
    if (clua_to_object(L, -1, clua_channel_class())) add_feed(L, feed);
    lua_pop(L, 1);
  }
  lua_pushboolean(L, value);
}

static void decode_value(lua_State *L, reader *from) {
  if (++from->depth > MAXIMUM_DEPTH) luaL_error(L, "a value is nested more than %d levels deep", MAXIMUM_DEPTH);
  uint8_t op;
  take(L, from, &op, 1);
  // What is around has room for a plain value.
  if (op > CLUA_OP_NAME) luaL_checkstack(L, 12, "a value is nested too deep");
  switch (op) {
  case CLUA_OP_NIL: lua_pushnil(L); break;
  case CLUA_OP_FALSE: lua_pushboolean(L, 0); break;
  case CLUA_OP_TRUE: lua_pushboolean(L, 1); break;
  case CLUA_OP_NULL: clua_push_null(L, from->vm); break;
  case CLUA_OP_INTEGER: lua_pushinteger(L, take_i64(L, from)); break;
  case CLUA_OP_NUMBER: {
    double value;
    take(L, from, &value, sizeof value);
    lua_pushnumber(L, value);
    break;
  }
  case CLUA_OP_STRING: {
    uint32_t length = take_u32(L, from);
    if ((size_t)(from->end - from->next) < length) luaL_error(L, "a string is cut off");
    lua_pushlstring(L, (const char *)from->next, length);
    from->next += length;
    break;
  }
  case CLUA_OP_NAME: {
    const char *name;
    take(L, from, &name, sizeof name);
    lua_pushstring(L, name);
    break;
  }
  case CLUA_OP_ARRAY: {
    uint32_t count = take_u32(L, from);
    lua_createtable(L, count < 65536 ? (int)count : 65536, 0);
    for (uint32_t i = 1; i <= count; i++) {
      decode_value(L, from);
      lua_rawseti(L, -2, i);
    }
    break;
  }
  case CLUA_OP_TABLE: decode_table(L, from); break;
  case CLUA_OP_EVENT:
    decode_table(L, from);
    clua_push_event_class(L);
    lua_setmetatable(L, -2);
    break;
  case CLUA_OP_MESSAGE:
    for (int i = 0; i < 3; i++) decode_value(L, from);
    clua_make_message_event(L);
    break;
  case CLUA_OP_OBJECT: decode_object(L, from); break;
  case CLUA_OP_ERROR: {
    int32_t retryable = (int32_t)take_u32(L, from);
    for (int i = 0; i < 4; i++) decode_value(L, from);
    clua_make_error(L, retryable);
    break;
  }
  case CLUA_OP_CHANNEL: decode_channel(L, from); break;
  case CLUA_OP_FEEDING: decode_feeding(L, from); break;
  case CLUA_OP_ROUTE: clua_push_route(L, from->vm, (int32_t)take_u32(L, from)); break;
  case CLUA_OP_ARGUMENT: {
    uint32_t index = take_u32(L, from);
    if (index > (uint32_t)lua_gettop(L)) lua_pushnil(L);
    else lua_pushvalue(L, (int)index);
    break;
  }
  case CLUA_OP_FIELD: {
    uint32_t index = take_u32(L, from);
    uint32_t field = take_u32(L, from);
    if (index <= (uint32_t)lua_gettop(L) && clua_to_object(L, (int)index, NULL)) {
      lua_getiuservalue(L, (int)index, (int)field);
    } else {
      lua_pushnil(L);
    }
    break;
  }
  case CLUA_OP_MODULE: {
    const clua_module *module;
    take(L, from, &module, sizeof module);
    clua_push_module(L, module);
    break;
  }
  default: luaL_error(L, "a value of an unknown kind");
  }
  from->depth--;
}

int clua_decode(lua_State *L, clua_vm *vm) {
  clua_output *output = &vm->output;
  reader from = {vm, output->bytes, output->bytes + output->count, 0};
  int values = output->values;
  luaL_checkstack(L, values + 12, "too many results");
  for (int i = 0; i < values; i++) decode_value(L, &from);
  return values;
}
