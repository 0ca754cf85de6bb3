#!/usr/bin/env python3
"""Writes imports.h for the guests that call every import: each function, and a call of it with any arguments.

usage: generate.py < DUMMY > all_imports/imports.h          DUMMY: `wasm-tools component embed WIT --dummy-names legacy -t`
       generate.py --preview1 > all_imports_preview1/preview1_imports.h
"""

import re
import sys

# Parameters of the functions of preview 1, `i` for 32 and `l` for 64 bits; all but proc_exit return 32 bits.
PREVIEW1 = """
args_get ii args_sizes_get ii clock_res_get ii clock_time_get ili environ_get ii environ_sizes_get ii fd_advise illi
fd_allocate ill fd_close i fd_datasync i fd_fdstat_get ii fd_fdstat_set_flags ii fd_fdstat_set_rights ill
fd_filestat_get ii fd_filestat_set_size il fd_filestat_set_times illi fd_pread iiili fd_prestat_dir_name iii
fd_prestat_get ii fd_pwrite iiili fd_read iiii fd_readdir iiili fd_renumber ii fd_seek ilii fd_sync i fd_tell ii
fd_write iiii path_create_directory iii path_filestat_get iiiii path_filestat_set_times iiiilli path_link iiiiiii
path_open iiiiillii path_readlink iiiiii path_remove_directory iii path_rename iiiiii path_symlink iiiii
path_unlink_file iii poll_oneoff iiii proc_exit i proc_raise i random_get ii sched_yield - sock_accept iii
sock_recv iiiiii sock_send iiiii sock_shutdown ii
""".split()


def preview1():
    for name, parameters in zip(PREVIEW1[::2], PREVIEW1[1::2]):
        result = "" if name == "proc_exit" else "i"
        yield "wasi_snapshot_preview1", name, parameters.strip("-"), result


def dummy(text):
    letters = {"i32": "i", "i64": "l"}
    types = {}
    for number, body in re.findall(r"\(type \(;(\d+);\) \(func(.*?)\)\)\n", text):
        flat = lambda kind: "".join(letters[t] for group in re.findall(rf"\({kind}([^)]*)\)?", body) for t in group.split())
        types[number] = flat("param"), flat("result")
    for module, name, number in re.findall(r'\(import "([^"]+)" "([^"]+)" \(func[^(]*\(;\d+;\) \(type (\d+)\)', text):
        yield module, name, *types[number]


functions = list(preview1() if "--preview1" in sys.argv else dummy(sys.stdin.read()))
kinds = {"i": "uint32_t", "l": "uint64_t", "": "void"}
for number, (module, name, parameters, result) in enumerate(functions):
    place = f'"{module}"' if module.startswith("wasi_") else f'WASI("{module.removeprefix("wasi:").split("@")[0]}")'
    types = ", ".join(f"{letter}_type" for letter in parameters) or "void"
    print(f'IMPORT({place}, "{name}") {kinds[result]} import_{number}({types});')
    macro = "CALL_FUNCTION" if result else "CALL_NOTHING"
    print(f"{macro}({number}, import_{number}({', '.join(parameters)}))")
print("static void (*const calls[])(void) = {")
for number in range(len(functions)):
    print(f"  call_{number},")
print("};")
