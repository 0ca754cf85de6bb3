#!/bin/sh
# Records what Erlang/OTP does: sh Conformance/OTP/record.sh [DIRECTORY]; without one into Traces/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
traces=${1:-$here/Traces}
beams=$(mktemp -d)
trap 'rm -rf "$beams"' EXIT
erlc -o "$beams" "$here/erlang/conformance.erl"
# One scheduler: what is sent first is there first.
erl +S 1:1 -noshell -pa "$beams" -run conformance main "$traces" "$here"/Scenarios/*.scenario
