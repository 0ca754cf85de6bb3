#!/bin/sh
# Fetches libwasmtime into .deps/ from its hash-checked PyPI wheel. Does nothing when it is there already.
set -eu
cd "$(dirname "$0")/.."

version=50.0.1
home=.deps/wasmtime-$version

fail() {
  echo "bootstrap: $1" >&2
  exit 1
}

if [ ! -e "$home/lib/libwasmtime.so" ] || [ ! -e "$home/bindings.py" ]; then
  command -v python3 > /dev/null || fail "python3 is missing: run 'make setup'"
  python3 -m pip --version > /dev/null 2>&1 || fail "pip is missing: run 'make setup'"
  mkdir -p .deps/wheels "$home/lib"
  python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    -d .deps/wheels -r Scripts/requirements-engine.txt || fail \
"wasmtime $version could not be fetched from PyPI (see pip's message above).
  No network? Put the wheel of Scripts/requirements-engine.txt into a directory and run
  'PIP_NO_INDEX=1 PIP_FIND_LINKS=DIRECTORY make build', or set PIP_INDEX_URL to a mirror.
  No wheel for this machine? There are wheels for Linux with glibc 2.28 or later, on x86-64 and aarch64."
  python3 Scripts/unpack-engine.py .deps/wheels/wasmtime-$version-*.whl "$home" \
    || fail "the wheel in .deps/wheels cannot be unpacked: remove that directory and try again"
fi
ln -sfn "wasmtime-$version" .deps/wasmtime
