#include <ctype.h>

#include "clua_match.h"

int clua_in_class(int character, int letter) {
  int belongs;
  switch (tolower(letter)) {
  case 'a': belongs = isalpha(character); break;
  case 'c': belongs = iscntrl(character); break;
  case 'd': belongs = isdigit(character); break;
  case 'g': belongs = isgraph(character); break;
  case 'l': belongs = islower(character); break;
  case 'p': belongs = ispunct(character); break;
  case 's': belongs = isspace(character); break;
  case 'u': belongs = isupper(character); break;
  case 'w': belongs = isalnum(character); break;
  case 'x': belongs = isxdigit(character); break;
  case 'z': belongs = character == 0; break;  // Of Lua 5.1, and still served.
  default: return letter == character;
  }
  return isupper(letter) ? !belongs : belongs != 0;
}

int clua_in_set(int character, const char *set, const char *last) {
  int found = 1;
  const char *p = set + 1;
  if (*p == '^') {
    found = 0;
    p++;
  }
  for (; p < last; p++) {
    if (*p == CLUA_ESCAPE) {
      p++;
      if (clua_in_class(character, (unsigned char)*p)) return found;
    } else if (p[1] == '-' && p + 2 < last) {
      if ((unsigned char)p[0] <= character && character <= (unsigned char)p[2]) return found;
      p += 2;
    } else if ((unsigned char)*p == character) {
      return found;
    }
  }
  return !found;
}
