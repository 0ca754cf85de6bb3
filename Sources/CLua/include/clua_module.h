// What Lua programs find: modules (tables of named members) and classes (methods and metamethods of objects).
// All of it is shared by every process and constant once it is built; a process makes its tables lazily, member by member.
#ifndef CLUA_MODULE_H
#define CLUA_MODULE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum clua_member_kind {
  CLUA_MEMBER_FUNCTION, // a C function
  CLUA_MEMBER_NATIVE,   // a Swift function, by number
  CLUA_MEMBER_INTEGER,
  CLUA_MEMBER_NUMBER,
  CLUA_MEMBER_TEXT,
  CLUA_MEMBER_NULL, // the sentinel for "no value" inside tables
  CLUA_MEMBER_MODULE,
  CLUA_MEMBER_NATIVE_VALUE, // what a Swift function returns when it is first asked for
  CLUA_MEMBER_MAKE, // a C function that pushes the value when it is first asked for
} clua_member_kind;

struct clua_module;

typedef struct clua_member {
  const char *name;
  clua_member_kind kind;
  lua_CFunction function;
  int64_t integer; // or the number of the Swift function
  double number;
  const char *text;
  const struct clua_module *module;
} clua_member;

typedef struct clua_module {
  const char *name;
  clua_member *members; // by name, once finished
  int32_t count;
  int32_t capacity;
} clua_module;

// Modules live as long as the program; NULL when there is no memory.
clua_module *clua_module_create(const char *name);
void clua_module_add_function(clua_module *module, const char *name, lua_CFunction function);
void clua_module_add_native(clua_module *module, const char *name, int32_t number);
void clua_module_add_integer(clua_module *module, const char *name, int64_t value);
void clua_module_add_number(clua_module *module, const char *name, double value);
void clua_module_add_text(clua_module *module, const char *name, const char *value);
void clua_module_add_null(clua_module *module, const char *name);
void clua_module_add_module(clua_module *module, const char *name, const clua_module *value);
void clua_module_add_native_value(clua_module *module, const char *name, int32_t number);
void clua_module_add_make(clua_module *module, const char *name, lua_CFunction make);
// Sorts the members. Nothing may be added afterwards.
void clua_module_finish(clua_module *module);
const clua_member *clua_module_find(const clua_module *module, const char *name);

// A kind of object. Methods are found through `__index`; members whose name begins with `__` are metamethods.
typedef struct clua_class {
  const char *name;
  clua_module *methods;
  bool has_reference; // objects hold a Swift reference, which is released with them
} clua_class;

clua_class *clua_class_create(const char *name, bool has_reference);

// Objects of all classes look like this.
typedef struct clua_object {
  const clua_class *kind;
  void *reference;
  int64_t words[3];
} clua_object;

// The object at `index`; NULL when there is none of this class. `kind` NULL: of any class.
clua_object *clua_to_object(lua_State *L, int index, const clua_class *kind);

// Pushes a table that has the module's members, made when they are first used. May raise.
void clua_push_module(lua_State *L, const clua_module *module);
// Makes all members of a lazy table at `index` now. May raise.
void clua_materialize(lua_State *L, int index);
// Pushes an object with its class's metatable. May raise.
clua_object *clua_push_object(lua_State *L, const clua_class *kind, int user_values);

#endif
