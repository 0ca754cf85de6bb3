"""Compares our header of libwasmtime with the bindings that come in the same wheel.

usage: compare-header.py HEADER BINDINGS [C-COMPILER]

Prints one line for each difference in a structure's size or fields, or in a function's name, parameters or result,
and ends with status 1 if there is one.
"""

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import types


class Library:
    """Stands for the loaded library: remembers what is said about each function."""

    def __init__(self):
        self.functions = {}

    def __getattr__(self, name):
        return self.functions.setdefault(name, types.SimpleNamespace())


def load_bindings(path):
    class Value(ctypes.Structure):
        _fields_ = [("kind", ctypes.c_uint8), ("of", ctypes.c_uint64)]

    class Reference(ctypes.Structure):
        pass

    library = Library()
    package = types.ModuleType("bound")
    package.__path__ = []
    ffi = types.ModuleType("bound._ffi")
    ffi.dll, ffi.wasm_val_t, ffi.wasm_ref_t = library, Value, Reference
    sys.modules.update({"bound": package, "bound._ffi": ffi})
    names = {"__name__": "bound._bindings", "__package__": "bound"}
    with open(path) as source:
        exec(compile(source.read(), path, "exec"), names)
    return names, library.functions


def split(text, separator):
    """Splits outside of parentheses and braces."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "({[":
            depth += 1
        elif character in ")}]":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def parse_header(path):
    with open(path) as source:
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", source.read(), flags=re.S)
    text = "\n".join(line for line in text.split("\n") if not line.startswith("#"))
    structures, functions, typedefs = {}, {}, {}
    for item in split(text, ";"):
        item = " ".join(item.split())
        body = re.match(r"typedef (struct|union) \w+ \{(.*)\} (\w+)$", item)
        pointer = re.match(r"typedef .*\(\*(\w+)\)\(.*\)$", item)
        alias = re.match(r"typedef ([\w ]+?) (\w+)$", item)
        if body:
            structures[body[3]] = (body[1], [field_name(field) for field in split(body[2], ";")])
        elif pointer:
            typedefs[pointer[1]] = "*"
        elif alias:
            typedefs[alias[2]] = alias[1]
        elif item and not item.startswith("enum"):
            function = re.match(r"(.*?[ *])(\w+)\((.*)\)$", item)
            if not function:
                raise SystemExit(f"cannot read the declaration `{item}`")
            parameters = split(function[3], ",")
            functions[function[2]] = (function[1].strip(), [] if parameters == ["void"] else parameters)
    return structures, functions, typedefs


def field_name(field):
    pointer = re.search(r"\(\*(\w+)\)", field)
    return pointer[1] if pointer else re.search(r"(\w+)(\[\d+\])?$", field)[1]


SCALARS = {
    "void": None, "bool": 1, "uint8_t": 1, "uint16_t": 2, "uint32_t": 4, "int32_t": 4, "int": 4, "uint64_t": 8,
    "int64_t": 8, "size_t": 8, "float": 4, "double": 8,
}


def kind_in_header(text, typedefs, named):
    """`pointer`, the number of bytes, or None for void."""
    if "*" in text:
        return "pointer"
    words = [word for word in text.split() if word not in ("const", "struct")]
    word = words[0] if len(words) < 3 or not named else " ".join(words[:-1])
    while word in typedefs:
        word = typedefs[word]
        if "*" in word:
            return "pointer"
    return SCALARS.get(word, f"unknown type {word}")


def kind_in_bindings(kind):
    if kind is None:
        return None
    if issubclass(kind, (ctypes._Pointer, ctypes._CFuncPtr, ctypes.c_void_p, ctypes.c_char_p)):
        return "pointer"
    return ctypes.sizeof(kind)


def measure(header, structures, compiler):
    """Sizes and fields as the compiler sees them: name -> (size, [(field, offset, size)])."""
    program = f'#include "{os.path.abspath(header)}"\n#include <stdio.h>\nint main(void) {{\n'
    for name, (_, fields) in structures.items():
        program += f'printf("{name} %zu\\n", sizeof({name}));\n'
        for field in fields:
            program += (
                f'printf("{name} {field} %zu %zu\\n", offsetof({name}, {field}), sizeof((({name} *)0)->{field}));\n')
    program += "return 0; }\n"
    with tempfile.TemporaryDirectory() as directory:
        source, binary = os.path.join(directory, "sizes.c"), os.path.join(directory, "sizes")
        with open(source, "w") as out:
            out.write(program)
        subprocess.run([compiler, "-o", binary, source], check=True)
        output = subprocess.run([binary], check=True, text=True, capture_output=True).stdout
    sizes = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) == 2:
            sizes[words[0]] = (int(words[1]), [])
        else:
            sizes[words[0]][1].append((words[1], int(words[2]), int(words[3])))
    return sizes


def compare_structures(structures, sizes, bindings):
    for name, (sort, _) in structures.items():
        bound = bindings.get(name)
        if bound is None or not hasattr(bound, "_fields_"):
            yield f"{name}: the bindings have no such structure"
            continue
        size, fields = sizes[name]
        if size != ctypes.sizeof(bound):
            yield f"{name}: {size} bytes, and {ctypes.sizeof(bound)} in the bindings"
        theirs = [
            (field[0], getattr(bound, field[0]).offset, getattr(bound, field[0]).size) for field in bound._fields_]
        if sort == "union":
            known = {field: size for field, _, size in theirs}
            for field, _, size in fields:
                if known.get(field, size) != size:
                    yield f"{name}.{field}: {size} bytes, and {known[field]} in the bindings"
        elif len(fields) != len(theirs):
            yield f"{name}: {len(fields)} fields, and {len(theirs)} in the bindings"
        else:
            for (field, offset, size), (other, other_offset, other_size) in zip(fields, theirs):
                if (offset, size) != (other_offset, other_size):
                    yield (
                        f"{name}.{field}: {size} bytes at {offset}, and `{other}` has {other_size} at {other_offset}"
                        " in the bindings")
                elif not other.startswith("_anon_") and field.strip("_") != other.strip("_"):
                    yield f"{name}.{field}: `{other}` in the bindings"


def compare_functions(functions, typedefs, bound):
    for name, (result, parameters) in functions.items():
        other = bound.get(name)
        if other is None:
            yield f"{name}: the bindings have no such function"
            continue
        if len(parameters) != len(other.argtypes):
            yield f"{name}: {len(parameters)} parameters, and {len(other.argtypes)} in the bindings"
            continue
        kinds = [(kind_in_header(result, typedefs, False), kind_in_bindings(other.restype), "result")]
        for position, (parameter, kind) in enumerate(zip(parameters, other.argtypes), 1):
            kinds.append((kind_in_header(parameter, typedefs, True), kind_in_bindings(kind), f"parameter {position}"))
        for ours, theirs, what in kinds:
            if ours != theirs:
                yield f"{name}: {what} is {ours}, and {theirs} in the bindings"


def main():
    header, path = sys.argv[1:3]
    compiler = sys.argv[3] if len(sys.argv) > 3 else "cc"
    bindings, bound = load_bindings(path)
    structures, functions, typedefs = parse_header(header)
    if len(structures) < 10 or len(functions) < 50:
        raise SystemExit(f"only {len(structures)} structures and {len(functions)} functions were found in {header}")
    sizes = measure(header, structures, compiler)
    problems = list(compare_structures(structures, sizes, bindings))
    problems += compare_functions(functions, typedefs, bound)
    print("\n".join(problems) or f"{len(structures)} structures and {len(functions)} functions agree")
    sys.exit(1 if problems else 0)


main()
