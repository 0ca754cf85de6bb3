#include "shapes.h"

#define METHOD(name) EXPORT(SHAPES name)
#define RESETS_AFTER(name, function) \
  EXPORT("cabi_post_" SHAPES name) void function##_post_return(void *result) { (void)result, arena_reset(); }

// A flattened payload: the first part joins a float, an integer and a pointer to 64 bits.
static double real(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static float single(uint64_t bits) {
  uint32_t low = (uint32_t)bits;
  float value;
  memcpy(&value, &low, sizeof value);
  return value;
}

METHOD("area") optional_real *area(uint32_t kind, uint64_t first, uint64_t second) {
  static optional_real result;
  result = (optional_real){kind != LABEL, 0};
  if (kind == CIRCLE) result.value = 3.0 * real(first) * real(first);
  if (kind == RECTANGLE) result.value = real(first) * real(second);
  if (kind == POLYGON) {
    const point *corners = (const point *)(uintptr_t)first;
    size_t count = (size_t)second;
    int64_t twice = 0;
    for (size_t i = 0; i < count; i++) {
      point a = corners[i], b = corners[(i + 1) % count];
      twice += (int64_t)a.x * b.y - (int64_t)b.x * a.y;
    }
    result.value = (double)(twice < 0 ? -twice : twice) / 2;
  }
  return &result;
}
RESETS_AFTER("area", area)

METHOD("scale") shape *scale(uint32_t kind, uint64_t first, uint64_t second, int32_t factor) {
  static shape result;
  result = (shape){.kind = (uint8_t)kind};
  if (kind == CIRCLE) result.radius = real(first) * factor;
  if (kind == RECTANGLE) {
    result.sides[0] = real(first) * factor;
    result.sides[1] = real(second) * factor;
  }
  if (kind == POLYGON) {
    point *corners = (point *)(uintptr_t)first;
    for (size_t i = 0; i < (size_t)second; i++) corners[i] = (point){corners[i].x * factor, corners[i].y * factor};
    result.points = (list){corners, (size_t)second};
  }
  if (kind == LABEL) {
    result.label = TEXT("");
    text word = {(const char *)(uintptr_t)first, (size_t)second};
    for (int32_t i = 0; i < factor; i++) result.label = join(result.label, word);
  }
  return &result;
}
RESETS_AFTER("scale", scale)

static void make_double(number *value) {
  switch (value->kind) {
    case SMALL: value->small = (uint8_t)(value->small * 2); break;
    case INT: value->integer = (int32_t)((uint32_t)value->integer * 2); break;
    case LONG: value->wide *= 2; break;
    case SINGLE: value->single *= 2; break;
    case DOUBLE: value->real *= 2; break;
    default: value->words = join(value->words, value->words);
  }
}

METHOD("double-number") number *double_number(uint32_t kind, uint64_t first, size_t second) {
  static number result;
  result = (number){.kind = (uint8_t)kind};
  switch (kind) {
    case SMALL: result.small = (uint8_t)first; break;
    case INT: result.integer = (int32_t)first; break;
    case LONG: result.wide = first; break;
    case SINGLE: result.single = single(first); break;
    case DOUBLE: result.real = real(first); break;
    default: result.words = (text){(const char *)(uintptr_t)first, second};
  }
  make_double(&result);
  return &result;
}
RESETS_AFTER("double-number", double_number)

METHOD("double-numbers") list *double_numbers(number *values, size_t count) {
  static list result;
  for (size_t i = 0; i < count; i++) make_double(&values[i]);
  result = (list){values, count};
  return &result;
}
RESETS_AFTER("double-numbers", double_numbers)

METHOD("next-color") uint32_t next_color(uint32_t value) { return (value + 1) % 3; }
METHOD("invert") uint32_t invert(uint32_t value) { return ~value & 7; }
METHOD("invert-bits") uint32_t invert_bits(uint32_t value) { return ~value; }
METHOD("invert-twelve") uint32_t invert_twelve(uint32_t value) { return ~value & 0xfff; }

typedef struct {
  uint8_t present;
  struct {
    uint8_t present;
    uint32_t value;
  } inner;
} nested;

METHOD("next-nested") nested *next_nested(uint32_t present, uint32_t inner_present, uint32_t value) {
  static nested result;
  if (!present) {
    result = (nested){1, {0, 0}};
  } else if (!inner_present) {
    result = (nested){1, {1, 0}};
  } else {
    result = (nested){value != UINT32_MAX, {1, value + 1}};
  }
  return &result;
}

typedef struct {
  uint8_t failed;
  union {
    int32_t value;
    text error;
  };
} quotient;

METHOD("divide") quotient *divide(int32_t a, int32_t b) {
  static quotient result;
  if (b == 0) {
    result = (quotient){.failed = 1, .error = TEXT("division by zero")};
  } else {
    result = (quotient){.failed = 0, .value = a / b};
  }
  return &result;
}

METHOD("check") uint32_t check(uint32_t value) { return !value; }

METHOD("check-color") uint8_t *check_color(uint32_t value) {
  static uint8_t result[2];
  result[0] = value != 1;
  result[1] = (uint8_t)value;
  return result;
}

typedef struct {
  uint8_t failed;
  uint64_t value;
} parsed;

METHOD("parse-digits") parsed *parse_digits(const char *data, size_t length) {
  static parsed result;
  result = (parsed){length == 0, 0};
  for (size_t i = 0; i < length; i++) {
    if (data[i] < '0' || data[i] > '9') result.failed = 1;
    result.value = result.value * 10 + (uint64_t)(data[i] - '0');
  }
  return &result;
}
RESETS_AFTER("parse-digits", parse_digits)

typedef struct {
  uint8_t failed;
  union {
    uint64_t number;
    optional_text content;
  };
} flipped;

METHOD("flip") flipped *flip(uint32_t failed, uint64_t first, const char *data, size_t length) {
  static flipped result;
  if (failed) {
    result = (flipped){.failed = 0, .number = first};
  } else {
    result = (flipped){.failed = 1, .content = {first != 0, {data, length}}};
  }
  return &result;
}
RESETS_AFTER("flip", flip)
