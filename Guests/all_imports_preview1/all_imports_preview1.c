// cflags: -IGuests/all_imports -IGuests/all_imports_preview1
#define IMPORTS "preview1_imports.h"
#include "fuzz.h"
