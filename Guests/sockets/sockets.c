#include "sockets.h"

typedef struct { uint8_t failed; union { struct { text *items; size_t count; }; text content; }; } list_result;

static text hexadecimal(uint16_t value) {
  static const char digits[] = "0123456789abcdef";
  char *data = ALLOCATE(char, 4);
  for (int place = 0; place < 4; place++) data[place] = digits[value >> (12 - place * 4) & 15];
  return (text){data, 4};
}

EXPORT("look-up") list_result *look_up(const char *name, size_t length) {
  static list_result result;
  static text items[256];
  handle_result made;
  uint32_t network = instance_network();
  resolve_addresses(network, name, length, &made);
  drop_network(network);
  result.failed = made.failed;
  if (made.failed) {
    result.content = error_name(made.error);
    return &result;
  }
  size_t count = 0;
  for (;;) {
    next_address_result next;
    next_address(made.handles[0], &next);
    if (next.failed && next.error == E_WOULD_BLOCK) {
      wait_for(subscribe_lookup(made.handles[0]));
      continue;
    }
    if (next.failed) {
      result.failed = 1;
      result.content = error_name(next.error);
      break;
    }
    if (!next.present) {
      result.items = items;
      result.count = count;
      break;
    }
    text shown = TEXT("");
    for (int place = 0; place < (next.family ? 8 : 4); place++) {
      if (place > 0) shown = join(shown, next.family ? TEXT(":") : TEXT("."));
      shown = join(shown, next.family ? hexadecimal(next.v6[place]) : decimal(next.v4[place]));
    }
    if (count < 256) items[count++] = shown;
  }
  drop_lookup(made.handles[0]);
  return &result;
}
