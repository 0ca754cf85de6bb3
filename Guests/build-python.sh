#!/bin/sh
# Builds the Python component, 18 MB, into .deps/guests/greet_python.wasm. Does nothing when it is up to date.
set -eu
cd "$(dirname "$0")/.."

result=.deps/guests/greet_python.wasm
digest=$(python3 Scripts/check-guests.py --digest greet_python)
if [ -e "$result" ] && [ "$(cat "$result.sources" 2>/dev/null)" = "$digest" ]; then
  exit 0
fi
sh Guests/tools.sh
mkdir -p .deps/guests
rm -f "$result.sources"
echo "building the Python component, some ten seconds ..." >&2
PYTHONPATH=.deps/guest-tools python3 .deps/guest-tools/bin/componentize-py -q -d Guests/greet_python/wit -w greeter \
  componentize -p Guests/greet_python app -o "$result.part"
mv "$result.part" "$result"
printf '%s\n' "$digest" > "$result.sources"
