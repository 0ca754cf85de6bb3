#include "guest.h"

typedef struct {
  uint8_t failed;
  text content;
} text_result;

EXPORT("attempt") text_result *attempt(const char *name, size_t length, uint32_t fail) {
  text_result *result = ALLOCATE(text_result, 1);
  result->failed = fail != 0;
  result->content = join((text){name, length}, fail ? TEXT(" failed") : TEXT(" is fine"));
  return result;
}

EXPORT("cabi_post_attempt") void attempt_post_return(text_result *result) {
  (void)result;
  arena_reset();
}

EXPORT("always") text_result *always(void) {
  static text_result result;
  result = (text_result){1, TEXT("it always fails")};
  return &result;
}

EXPORT("quietly") uint32_t quietly(uint32_t fail) { return fail != 0; }

EXPORT("only-error") text_result *only_error(uint32_t fail) {
  static text_result result;
  result = (text_result){fail != 0, TEXT("asked to fail")};
  return &result;
}

typedef struct {
  uint8_t failed;
  uint32_t value;
} number_result;

EXPORT("only-value") number_result *only_value(uint32_t fail) {
  static number_result result;
  result = (number_result){fail != 0, 42};
  return &result;
}

typedef struct {
  uint8_t failed;
  union {
    uint64_t value;
    struct {
      uint8_t kind;
      union {
        text name;
        uint32_t range[2];
      };
    } failure;
  };
} typed_result;

EXPORT("typed") typed_result *typed(uint32_t kind) {
  static typed_result result;
  result = (typed_result){.failed = kind != 0};
  if (kind == 0) {
    result.value = 42;
  } else if (kind == 1) {
    result.failure.kind = 0;
    result.failure.name = TEXT("the key");
  } else if (kind == 2) {
    result.failure.kind = 1;
    result.failure.range[0] = 7;
    result.failure.range[1] = 5;
  } else {
    result.failure.kind = 2;
  }
  return &result;
}
