#include "shapes.h"

// Puts every parameter into one text, so that a test sees a wrong order or width: "1 -2 3 -4 ... (name)".
static text described;

static void add(text word) {
  if (described.length > 0) described = join(described, TEXT(" "));
  described = join(described, word);
}

static void add_number(int64_t value) {
  uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
  add(value < 0 ? join(TEXT("-"), decimal(magnitude)) : decimal(magnitude));
}

typedef struct {
  uint8_t a;
  int8_t b;
  uint16_t c;
  int16_t d;
  uint32_t e;
  int32_t f;
  uint64_t g;
  int64_t h;
  float i;
  double j;
  uint8_t k;
  uint32_t l;
  uint8_t m;
  uint8_t n;
  text o;
  list p;
} parameters;

// Floats are shown in quarters: 1.5 is 6.
static void describe(const parameters *values) {
  described = TEXT("");
  add_number(values->a);
  add_number(values->b);
  add_number(values->c);
  add_number(values->d);
  add_number(values->e);
  add_number(values->f);
  add(decimal(values->g));
  add_number(values->h);
  add_number((int64_t)(values->i * 4));
  add_number((int64_t)(values->j * 4));
  add(values->k ? TEXT("true") : TEXT("false"));
  add_number(values->l);
  add_number(values->m);
  add_number(values->n);
  add(values->o);
}

EXPORT(SHAPES "sixteen")
text *sixteen(
    uint32_t a, int32_t b, uint32_t c, int32_t d, uint32_t e, int32_t f, uint64_t g, int64_t h, float i, double j,
    uint32_t k, uint32_t l, uint32_t m, uint32_t n, const char *o, size_t o_length) {
  parameters values = {
      (uint8_t)a, (int8_t)b, (uint16_t)c, (int16_t)d, e, f, g, h, i, j, (uint8_t)k, l, (uint8_t)m, (uint8_t)n,
      {o, o_length}, {0, 0},
  };
  describe(&values);
  return &described;
}

EXPORT(SHAPES "eighteen") text *eighteen(const parameters *values) {
  describe(values);
  const uint16_t *more = values->p.items;
  for (size_t i = 0; i < values->p.count; i++) add_number(more[i]);
  return &described;
}

EXPORT("cabi_post_" SHAPES "sixteen") void sixteen_post_return(text *result) { (void)result, arena_reset(); }
EXPORT("cabi_post_" SHAPES "eighteen") void eighteen_post_return(text *result) { (void)result, arena_reset(); }
