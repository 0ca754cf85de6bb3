#include "guest.h"

EXPORT("compute") int32_t compute(int32_t a, int32_t b) { return (int32_t)((uint32_t)a * (uint32_t)b); }
