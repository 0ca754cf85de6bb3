#include "shapes.h"

#define METHOD(name) EXPORT(SHAPES name)
#define RESETS_AFTER(name, function) \
  EXPORT("cabi_post_" SHAPES name) void function##_post_return(void *result) { (void)result, arena_reset(); }

// Numbers.

METHOD("next-u8") uint32_t next_u8(uint32_t value) { return (uint8_t)(value + 1); }
METHOD("next-s8") int32_t next_s8(int32_t value) { return (int8_t)(value + 1); }
METHOD("next-u16") uint32_t next_u16(uint32_t value) { return (uint16_t)(value + 1); }
METHOD("next-s16") int32_t next_s16(int32_t value) { return (int16_t)(value + 1); }
METHOD("next-u32") uint32_t next_u32(uint32_t value) { return value + 1; }
METHOD("next-s32") uint32_t next_s32(uint32_t value) { return value + 1; }
METHOD("next-u64") uint64_t next_u64(uint64_t value) { return value + 1; }
METHOD("next-s64") uint64_t next_s64(uint64_t value) { return value + 1; }
METHOD("halve-f32") float halve_f32(float value) { return value / 2; }
METHOD("halve-f64") double halve_f64(double value) { return value / 2; }
METHOD("negate") uint32_t negate(uint32_t value) { return !value; }

METHOD("next-integers")
integers *next_integers(uint32_t a, int32_t b, uint32_t c, int32_t d, uint32_t e, uint32_t f, uint64_t g, uint64_t h) {
  static integers result;
  result = (integers){
      (uint8_t)(a + 1), (int8_t)(b + 1), (uint16_t)(c + 1), (int16_t)(d + 1), e + 1, (int32_t)(f + 1), g + 1, (int64_t)(h + 1),
  };
  return &result;
}

typedef struct {
  float single;
  double real;
} reals;

METHOD("halve-both") reals *halve_both(float single, double real) {
  static reals result;
  result = (reals){single / 2, real / 2};
  return &result;
}

METHOD("next-char") uint32_t next_char(uint32_t value) {
  if (value == 0xd7ff) return 0xe000;
  return value == 0x10ffff ? 0 : value + 1;
}

// Text and lists.

METHOD("reverse-text") text *reverse_text(const char *data, size_t length) {
  char *reversed = ALLOCATE(char, length);
  size_t end = length;
  for (size_t start = 0; start < length;) {
    size_t next = start + 1;
    while (next < length && (data[next] & 0xc0) == 0x80) next++;
    end -= next - start;
    memcpy(reversed + end, data + start, next - start);
    start = next;
  }
  text *result = ALLOCATE(text, 1);
  *result = (text){reversed, length};
  return result;
}
RESETS_AFTER("reverse-text", reverse_text)

static list *reverse_items(void *items, size_t count, size_t size) {
  char *reversed = arena_allocate(count * size, 8);
  for (size_t i = 0; i < count; i++) memcpy(reversed + (count - 1 - i) * size, (char *)items + i * size, size);
  list *result = ALLOCATE(list, 1);
  *result = (list){reversed, count};
  return result;
}

METHOD("reverse-bytes") list *reverse_bytes(void *items, size_t count) { return reverse_items(items, count, 1); }
RESETS_AFTER("reverse-bytes", reverse_bytes)
METHOD("reverse-texts") list *reverse_texts(void *items, size_t count) { return reverse_items(items, count, sizeof(text)); }
RESETS_AFTER("reverse-texts", reverse_texts)
METHOD("reverse-pairs") list *reverse_pairs(void *items, size_t count) { return reverse_items(items, count, 16); }
RESETS_AFTER("reverse-pairs", reverse_pairs)

METHOD("sum") int64_t sum(const int64_t *values, size_t count) {
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) total += (uint64_t)values[i];
  arena_reset();
  return (int64_t)total;
}

// As many columns as the shortest row has.
METHOD("transpose") list *transpose(const list *rows, size_t count) {
  size_t width = count == 0 ? 0 : rows[0].count;
  for (size_t i = 1; i < count; i++) {
    if (rows[i].count < width) width = rows[i].count;
  }
  list *columns = ALLOCATE(list, width);
  for (size_t i = 0; i < width; i++) {
    int32_t *column = ALLOCATE(int32_t, count);
    for (size_t j = 0; j < count; j++) column[j] = ((int32_t *)rows[j].items)[i];
    columns[i] = (list){column, count};
  }
  list *result = ALLOCATE(list, 1);
  *result = (list){columns, width};
  return result;
}
RESETS_AFTER("transpose", transpose)

typedef struct {
  uint32_t value;
  text content;
} swapped;

METHOD("swap") swapped *swap(const char *data, size_t length, uint32_t value) {
  static swapped result;
  result = (swapped){value, {data, length}};
  return &result;
}
RESETS_AFTER("swap", swap)

// Records.

METHOD("move-point") point *move_point(int32_t x, int32_t y, int32_t dx, int32_t dy) {
  static point result;
  result = (point){x + dx, y + dy};
  return &result;
}

METHOD("birthday")
person *birthday(
    const char *name, size_t name_length, uint32_t age, uint32_t has_email, const char *email, size_t email_length,
    text *tags, size_t tag_count, int32_t x, int32_t y) {
  text *more = ALLOCATE(text, tag_count + 1);
  memcpy(more, tags, tag_count * sizeof(text));
  more[tag_count] = TEXT("older");
  person *result = ALLOCATE(person, 1);
  *result = (person){
      {name, name_length}, (uint8_t)(age + 1), {has_email != 0, {email, email_length}}, {more, tag_count + 1}, {x, y},
  };
  return result;
}
RESETS_AFTER("birthday", birthday)

typedef struct {
  uint8_t present;
  person value;
} optional_person;

METHOD("oldest") optional_person *oldest(const person *people, size_t count) {
  optional_person *result = ALLOCATE(optional_person, 1);
  result->present = count > 0;
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || people[i].age > result->value.age) result->value = people[i];
  }
  return result;
}
RESETS_AFTER("oldest", oldest)

METHOD("sort-by-age") list *sort_by_age(person *people, size_t count) {
  for (size_t i = 1; i < count; i++) {
    person moved = people[i];
    size_t place = i;
    for (; place > 0 && people[place - 1].age > moved.age; place--) people[place] = people[place - 1];
    people[place] = moved;
  }
  list *result = ALLOCATE(list, 1);
  *result = (list){people, count};
  return result;
}
RESETS_AFTER("sort-by-age", sort_by_age)

METHOD("calculate") statistics *calculate(const double *values, size_t count) {
  static statistics result;
  result = (statistics){.count = count};
  for (size_t i = 0; i < count; i++) {
    result.sum += values[i];
    if (i == 0 || values[i] < result.smallest.value) result.smallest = (optional_real){1, values[i]};
    if (i == 0 || values[i] > result.largest.value) result.largest = (optional_real){1, values[i]};
  }
  result.mean.failed = count == 0;
  if (count == 0) {
    result.mean.error = TEXT("no values");
  } else {
    result.mean.value = result.sum / (double)count;
  }
  return &result;
}
RESETS_AFTER("calculate", calculate)

// Root-level functions.

EXPORT("version") text *version(void) {
  static text result;
  result = TEXT("1.0.0");
  return &result;
}

EXPORT("add") uint32_t add(uint32_t a, uint32_t b) { return a + b; }

EXPORT("count-calls") uint32_t count_calls(void) {
  static uint32_t calls;
  return ++calls;
}
