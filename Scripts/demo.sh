#!/bin/sh
# Runs the commands of the example project, as a visitor would type them.
set -eu
cd "$(dirname "$0")/.."
wippy=$PWD/.build/release/wippy

# A copy, at the same depth, so that its paths hold: the Python component is built on this machine, and its digest may
# differ from the one in the repository.
rm -rf .build/demo
cp -R Examples/demo .build/demo
cd .build/demo

try() {
  printf '\n$ wippy %s\n' "$*"
  "$wippy" "$@"
}

try hash --write
try run list
try run greet World
try run compute 6 7
try run greet-python World

# Lua processes that start, watch and call WebAssembly ones.
cd ../../Examples/actors
try run spawn
try run listen
try run talk
try run call

# A service with every kind of endpoint, and a request to each of them.
cd ../http
try run ask
