#!/bin/sh
# Builds all tests once and runs them target by target.
#
# In one process, all tests begin at once: some hundred threads, guests that compute without end and commands of their own
# then share the processors with tests that wait for them. One target after the other is several times faster.
#
# WIPPY: the release build that the integration tests run.
set -u
SWIFT=${SWIFT:-swift}
cd "$(dirname "$0")/.."

"$SWIFT" build --build-tests || exit 1

# Side by side, as they are installed: `wippy` goes on as the `wippy-http` beside it.
mkdir -p .build/integration
ln -f "$WIPPY" .build/integration/wippy
ln -f .build/debug/wippy-http .build/integration/wippy-http
WIPPY_BINARY="$PWD/.build/integration/wippy"
export WIPPY_BINARY

failed=""
for target in $(ls Tests | grep "Tests$"); do
  echo "--- $target"
  "$SWIFT" test --skip-build --filter "^$target\\." || failed="$failed $target"
done
if [ -n "$failed" ]; then
  echo "failed:$failed" >&2
  exit 1
fi
echo "all tests passed"
