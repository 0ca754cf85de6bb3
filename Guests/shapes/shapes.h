// The types of the world in memory: their layouts are those of the canonical ABI.
#ifndef SHAPES_H
#define SHAPES_H

#include "guest.h"

#define SHAPES "demo:shapes/shapes@1.0.0#"

typedef struct {
  void *items;
  size_t count;
} list;

typedef struct {
  int32_t x, y;
} point;

typedef struct {
  uint8_t present;
  text value;
} optional_text;

typedef struct {
  text name;
  uint8_t age;
  optional_text email;
  list tags;
  point home;
} person;

enum { NOTHING, CIRCLE, RECTANGLE, POLYGON, LABEL };

typedef struct {
  uint8_t kind;
  union {
    double radius;
    double sides[2];
    list points;
    text label;
  };
} shape;

enum { SMALL, INT, LONG, SINGLE, DOUBLE, WORDS };

typedef struct {
  uint8_t kind;
  union {
    uint8_t small;
    int32_t integer;
    uint64_t wide;
    float single;
    double real;
    text words;
  };
} number;

typedef struct {
  uint8_t present;
  double value;
} optional_real;

typedef struct {
  uint32_t count;
  double sum;
  optional_real smallest, largest;
  struct {
    uint8_t failed;
    union {
      double value;
      text error;
    };
  } mean;
} statistics;

typedef struct {
  uint8_t a;
  int8_t b;
  uint16_t c;
  int16_t d;
  uint32_t e;
  int32_t f;
  uint64_t g;
  int64_t h;
} integers;

#endif
