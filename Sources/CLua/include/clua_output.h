// What Swift hands to Lua: a program for a small stack machine, that C runs where an error may be raised.
#ifndef CLUA_OUTPUT_H
#define CLUA_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  CLUA_OP_NIL,
  CLUA_OP_FALSE,
  CLUA_OP_TRUE,
  CLUA_OP_NULL,
  CLUA_OP_INTEGER, // i64
  CLUA_OP_NUMBER,  // f64
  CLUA_OP_STRING,  // u32 length, bytes
  CLUA_OP_NAME,    // pointer: a constant C string, which Lua finds again by its address
  CLUA_OP_ARRAY,   // u32 count, values
  CLUA_OP_TABLE,   // u32 count, pairs of values
  CLUA_OP_OBJECT,  // class, u32 index of the reference or ~0, 3 words, u32 count, user values
  CLUA_OP_ERROR,   // i32 retryable (-1: not said), then values: kind, message, details, stack
  CLUA_OP_CHANNEL, // u64 feed (0: none), i64 capacity
  CLUA_OP_ROUTE,   // i32: one of the mailbox's channels
  CLUA_OP_ARGUMENT, // i32: what the function has at this index
  CLUA_OP_FIELD,   // i32 index of an object, i32 user value
  CLUA_OP_EVENT,   // a table as above, with the metatable of events
  CLUA_OP_MESSAGE, // the event of a message, then values: sender, topic, payload
  CLUA_OP_FEEDING, // u64 feed, i32 index of an object, i32 user value, i32 boolean: the channel there gets the feed
  CLUA_OP_MODULE,  // pointer: a module's lazy table
};

typedef struct clua_output {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  void **references; // retained, until an object has taken them
  uint32_t reference_count;
  uint32_t reference_capacity;
  int32_t values; // at the top level
} clua_output;

void clua_output_grow(clua_output *output, size_t room);
uint32_t clua_output_add_reference(clua_output *output, void *reference);

static inline void clua_put_bytes(clua_output *output, const void *bytes, size_t count) {
  if (output->capacity - output->count < count) clua_output_grow(output, count);
  if (count) memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
}

static inline void clua_put_op(clua_output *output, int op) {
  if (output->capacity == output->count) clua_output_grow(output, 1);
  output->bytes[output->count++] = (uint8_t)op;
}

static inline void clua_put_u32(clua_output *output, uint32_t value) { clua_put_bytes(output, &value, sizeof value); }
static inline void clua_put_i64(clua_output *output, int64_t value) { clua_put_bytes(output, &value, sizeof value); }
static inline void clua_put_f64(clua_output *output, double value) { clua_put_bytes(output, &value, sizeof value); }
static inline void clua_put_pointer(clua_output *output, const void *value) {
  clua_put_bytes(output, &value, sizeof value);
}

#endif
