#!/bin/sh
# Runs the scenarios of Conformance/OTP on Erlang and on this runtime, and compares both with the recorded traces.
set -eu
cd "$(dirname "$0")/.."

if ! command -v erl > /dev/null || ! command -v erlc > /dev/null; then
  if ! command -v apt-get > /dev/null; then
    echo "erl is missing: install Erlang/OTP (erlang-base or the like) and try again" >&2
    exit 1
  fi
  root=$([ "$(id -u)" = 0 ] || echo sudo)
  $root apt-get install --yes --no-install-recommends erlang-base
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir "$out/erlang" "$out/wippy"
sh Conformance/OTP/record.sh "$out/erlang"
"${SWIFT:-swift}" build --product otp-conformance
"$("${SWIFT:-swift}" build --show-bin-path)/otp-conformance" "$out/wippy" Conformance/OTP/Scenarios/*.scenario

status=0
echo "Erlang (-) and this runtime (+):"
diff -ru "$out/erlang" "$out/wippy" && echo "no difference" || status=1
echo "recorded (-) and Erlang now (+):"
diff -ru Conformance/OTP/Traces "$out/erlang" && echo "no difference" || status=1
echo "$(cat Conformance/OTP/Scenarios/*.scenario | grep -c '^scenario ') scenarios"
exit $status
