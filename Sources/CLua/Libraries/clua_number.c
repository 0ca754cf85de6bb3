#include <stdio.h>
#include <string.h>

#include "../include/CLua.h"

void clua_number_text(double number, char *text, int size) {
  int length = snprintf(text, (size_t)size, LUA_NUMBER_FMT, number);
  // What looks like an integer gets a fraction.
  if (text[strspn(text, "-0123456789")] == 0 && length + 2 < size) strcpy(text + length, ".0");
}
