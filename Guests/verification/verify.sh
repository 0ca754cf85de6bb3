#!/bin/sh
# Runs the guests in the real engine's own component API (the Python package of the engine that we use).
set -eu
cd "$(dirname "$0")/../.."

home=.deps/guest-verify
if ! cmp -s Scripts/requirements-engine.txt "$home/requirements.txt"; then
  rm -rf "$home" "$home.part"
  python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: \
    --require-hashes --target "$home.part" -r Scripts/requirements-engine.txt
  cp Scripts/requirements-engine.txt "$home.part/requirements.txt"
  mv "$home.part" "$home"
fi
PYTHONPATH=$home PYTHONDONTWRITEBYTECODE=1 exec python3 Guests/verification/verify.py "$@"
