#include "CLua.h"

const char *clua_release(void) { return LUA_RELEASE; }
