#!/bin/sh
# Builds all tests once and runs them target by target.
#
# In one process, all tests begin at once: some hundred threads, guests that compute without end and commands of their own
# then share the processors with tests that wait for them. One target after the other is several times faster.
#
# usage: Scripts/test.sh [TARGET ...]
# WIPPY_BINARY: the `wippy` that the integration tests run; else it is the debug build.
set -u
SWIFT=${SWIFT:-swift}
cd "$(dirname "$0")/.."

"$SWIFT" build --build-tests || exit 1
WIPPY_BINARY=${WIPPY_BINARY:-$PWD/.build/debug/wippy}
export WIPPY_BINARY
[ $# -gt 0 ] || set -- $(ls Tests | grep "Tests$")
failed=""
for target in "$@"; do
  echo "--- $target"
  "$SWIFT" test --skip-build --filter "^$target\\." || failed="$failed $target"
done
if [ -n "$failed" ]; then
  echo "failed:$failed" >&2
  exit 1
fi
echo "all tests passed"
