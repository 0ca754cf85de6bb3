#include "guest.h"

static text result;
static _Alignas(8) const char bytes[] = "a text of plain characters, long enough to be misaligned";

static text *give(const void *data, size_t length) {
  result = (text){data, length};
  return &result;
}

EXPORT("invalid-utf8") text *invalid_utf8(void) { return give("ab\xff""cd", 5); }
EXPORT("truncated-utf8") text *truncated_utf8(void) { return give("ab\xe2\x82", 4); }
EXPORT("surrogate-utf8") text *surrogate_utf8(void) { return give("\xed\xa0\x80", 3); }
EXPORT("overlong-utf8") text *overlong_utf8(void) { return give("\xc0\x80", 2); }
EXPORT("text-out-of-bounds") text *text_out_of_bounds(void) { return give((void *)0xfffffff0, 8); }
EXPORT("text-too-long") text *text_too_long(void) { return give(bytes, 0xffffffff); }
EXPORT("list-out-of-bounds") text *list_out_of_bounds(void) { return give(bytes, 0x100000); }
EXPORT("list-misaligned") text *list_misaligned(void) { return give(bytes + 1, 2); }
EXPORT("list-overflow") text *list_overflow(void) { return give(bytes, 0x20000001); }

EXPORT("inner-out-of-bounds") text *inner_out_of_bounds(void) {
  static text items[2];
  items[0] = TEXT("good");
  items[1] = (text){(void *)0x7fffffff, 1};
  return give(items, 2);
}

EXPORT("result-misaligned") const void *result_misaligned(void) { return bytes + 2; }
EXPORT("result-out-of-bounds") const void *result_out_of_bounds(void) { return (void *)0xfffffffc; }
EXPORT("enum-out-of-range") uint32_t enum_out_of_range(void) { return 3; }

EXPORT("variant-out-of-range") const void *variant_out_of_range(void) {
  static const uint32_t area[] = {3, 0, 0};
  return area;
}

EXPORT("option-out-of-range") const void *option_out_of_range(void) {
  static const uint32_t area[] = {2, 7};
  return area;
}

EXPORT("result-case-out-of-range") const void *result_case_out_of_range(void) {
  static const uint32_t area[] = {255, 7};
  return area;
}

EXPORT("surrogate-char") uint32_t surrogate_char(void) { return 0xd800; }
EXPORT("large-char") uint32_t large_char(void) { return 0x110000; }

EXPORT("record-with-bad-text") const void *record_with_bad_text(void) {
  static const struct {
    uint8_t first;
    text second;
  } record = {1, {"\x80", 1}};
  return &record;
}

EXPORT("wide-bool") uint32_t wide_bool(void) { return 2; }
EXPORT("wide-u8") uint32_t wide_u8(void) { return 0x107; }
EXPORT("wide-s8") uint32_t wide_s8(void) { return 0x1ff; }
EXPORT("wide-flags") uint32_t wide_flags(void) { return 0xfe; }
EXPORT("empty-list-anywhere") text *empty_list_anywhere(void) { return give(bytes, 0); }
