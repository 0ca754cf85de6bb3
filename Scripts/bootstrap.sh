#!/bin/sh
# Fetches libwasmtime into .deps/ from its hash-checked PyPI wheel. Does nothing when it is there already.
set -eu
cd "$(dirname "$0")/.."

version=50.0.1
home=.deps/wasmtime-$version
library=$home/lib/libwasmtime.so

if [ ! -e "$library" ]; then
  mkdir -p .deps/wheels "$home/lib"
  python3 -m pip download -q --no-deps --only-binary=:all: --require-hashes \
    -d .deps/wheels -r Scripts/requirements-engine.txt
  python3 - .deps/wheels/wasmtime-$version-*.whl "$home" <<'PY'
import os, sys, zipfile

wheel, home = sys.argv[1:]
wanted = {"_libwasmtime.so": "lib/libwasmtime.so", "_bindings.py": "bindings.py"}
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        target = wanted.pop(os.path.basename(name), None) if "component" not in name else None
        if target is None:
            continue
        part = os.path.join(home, target + ".part")
        with open(part, "wb") as out:
            out.write(archive.read(name))
        os.rename(part, os.path.join(home, target))
if wanted:
    sys.exit(f"the wheel holds no {', '.join(wanted)}")
PY
fi
ln -sfn "wasmtime-$version" .deps/wasmtime
