#!/bin/sh
# Installs what building needs and is not there: python3 with pip, and Lua 5.4, from the distribution. Swift is expected.
set -eu

command -v swift > /dev/null || {
  echo "setup: Swift 6.2 or later is needed and was not found: https://www.swift.org/install" >&2
  exit 1
}

missing=
command -v python3 > /dev/null || missing="$missing python3"
python3 -m pip --version > /dev/null 2>&1 || missing="$missing python3-pip"
ls /usr/include/lua5.4/lua.h > /dev/null 2>&1 || missing="$missing liblua5.4-dev"
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
if ! command -v apt-get > /dev/null || { [ -n "$as_root" ] && ! command -v sudo > /dev/null; }; then
  echo "setup: install these with your system's package manager:$missing" >&2
  exit 1
fi
echo "setup: installing$missing"
$as_root apt-get update -q
# shellcheck disable=SC2086  # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
