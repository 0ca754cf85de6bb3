#!/bin/sh
# Runs the commands of the example project, as a visitor would type them.
set -eu
cd "$(dirname "$0")/.."
wippy=$PWD/.build/release/wippy
cd Examples/demo

try() {
  printf '\n$ wippy %s\n' "$*"
  "$wippy" "$@"
}

try run list
try run greet
try run compute 6 7
try run greet-python
