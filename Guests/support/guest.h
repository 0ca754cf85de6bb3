// What guests in C share: how to name imports and exports, the canonical ABI's strings and lists, and an arena.
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define WASI(interface) "wasi:" interface "@" WASI_VERSION

// The layout of a string, or of a list<u8>, in memory.
typedef struct {
  const char *data;
  size_t length;
} text;

#define TEXT(literal) ((text){literal, sizeof(literal) - 1})

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);

// Memory lasts until arena_reset, which the post-return functions call. Running out of memory traps.
void *arena_allocate(size_t size, size_t alignment);
void arena_reset(void);
#define ALLOCATE(type, count) ((type *)arena_allocate(sizeof(type) * (count), _Alignof(type)))

text join(text left, text right);
text decimal(uint64_t value);
bool equal(text left, text right);

#endif
