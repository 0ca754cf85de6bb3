"""Takes the library and its bindings out of the engine's wheel: unpack-engine.py WHEEL DIRECTORY."""

import os
import sys
import zipfile

wheel, home = sys.argv[1:]
wanted = {"_libwasmtime.so": "lib/libwasmtime.so", "_bindings.py": "bindings.py"}
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        # The package has another `_bindings.py`, for components.
        target = wanted.pop(os.path.basename(name), None) if "component" not in name else None
        if target is None:
            continue
        part = os.path.join(home, target + ".part")
        with open(part, "wb") as out:
            out.write(archive.read(name))
        os.rename(part, os.path.join(home, target))
if wanted:
    sys.exit(f"the wheel holds no {', '.join(wanted)}")
