#include "guest.h"

static volatile uint32_t turns;

EXPORT("spin") void spin(void) {
  for (;;) turns++;
}
