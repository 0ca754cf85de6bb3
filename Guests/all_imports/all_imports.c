#define IMPORTS "imports.h"
#include "fuzz.h"
