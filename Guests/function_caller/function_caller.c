#include "guest.h"

typedef struct {
  uint8_t failed;
  text content;
} text_result;

IMPORT("wippy:runtime/funcs@0.1.0", "call-string")
void call_string(const char *target, size_t target_length, const char *input, size_t input_length, text_result *result);
IMPORT("wippy:runtime/funcs@0.1.0", "call-bytes")
void call_bytes(const char *target, size_t target_length, const char *input, size_t input_length, text_result *result);

EXPORT("call-text")
text_result *call_text(const char *target, size_t target_length, const char *input, size_t input_length) {
  text_result *result = ALLOCATE(text_result, 1);
  call_string(target, target_length, input, input_length, result);
  return result;
}

EXPORT("call-binary")
text_result *call_binary(const char *target, size_t target_length, const char *input, size_t input_length) {
  text_result *result = ALLOCATE(text_result, 1);
  call_bytes(target, target_length, input, input_length, result);
  return result;
}

EXPORT("cabi_post_call-text") void post_call_text(text_result *result) {
  (void)result;
  arena_reset();
}

EXPORT("cabi_post_call-binary") void post_call_binary(text_result *result) {
  (void)result;
  arena_reset();
}
