#!/usr/bin/env python3
"""Checks that every committed guest binary was built from its present source.

usage: check-guests.py                 check all; exit code 1 and one line a problem otherwise
       check-guests.py --record NAME   note the digests of guests that were just built (Guests/build.sh does)
       check-guests.py --digest NAME   print the digest of a guest's sources

Guests/manifest.json holds, for each guest, the SHA-256 of its sources and of its binary; git keeps no times.
"""

import hashlib
import json
import pathlib
import sys

GUESTS = pathlib.Path(__file__).resolve().parent.parent / "Guests"
MANIFEST = GUESTS / "manifest.json"
SHARED = {"support", "verification", "wasi"}
BUILT_BY_TESTS = {"greet_python"}
IGNORED = {"__pycache__"}


def names():
    return sorted(path.name for path in GUESTS.iterdir() if path.is_dir() and path.name not in SHARED | IGNORED and path.name[0] != ".")


def sources(name):
    """Everything that decides the binary: the guest's own files, and the shared ones that its build reads."""
    folder = GUESTS / name
    own = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".wasm" and path.name[0] != "." and not IGNORED & set(path.parts)
    ]
    shared = [GUESTS / "requirements.txt"]
    if name in BUILT_BY_TESTS:
        shared.append(GUESTS / "build-python.sh")
    else:
        shared.append(GUESTS / "build.sh")
        if any(path.suffix in (".c", ".swift") for path in own):
            shared += (GUESTS / "support").iterdir()
        if any(path.suffix == ".wit" and "wasi:" in path.read_text() for path in own):
            shared += (GUESTS / "wasi").iterdir()
    return sorted(own + shared)


def digest(paths):
    total = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(GUESTS).as_posix()} {content}\n".encode())
    return f"sha256:{total.hexdigest()}"


def binary_digest(name):
    return f"sha256:{hashlib.sha256((GUESTS / name / f'{name}.wasm').read_bytes()).hexdigest()}"


def load():
    return json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}


def record(built):
    manifest = load()
    for name in built:
        manifest[name] = {"sources": digest(sources(name)), "binary": binary_digest(name)}
    MANIFEST.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def problems():
    manifest = load()
    found = names()
    for name in found:
        binary = GUESTS / name / f"{name}.wasm"
        if name in BUILT_BY_TESTS:
            continue
        if not binary.exists():
            yield f"Guests/{name}: {name}.wasm is missing; build it with: sh Guests/build.sh {name}"
        elif name not in manifest:
            yield f"Guests/{name}: not in manifest.json; build it with: sh Guests/build.sh {name}"
        elif manifest[name]["binary"] != binary_digest(name):
            yield f"Guests/{name}: {name}.wasm is not the file that was built; rebuild it with: sh Guests/build.sh {name}"
        elif manifest[name]["sources"] != digest(sources(name)):
            yield f"Guests/{name}: the source changed after {name}.wasm was built; rebuild it with: sh Guests/build.sh {name}"
    for name in sorted(set(manifest) - set(found)):
        yield f"Guests/manifest.json: {name} has no folder; remove its lines"


def main(arguments):
    if arguments[:1] == ["--record"]:
        record(arguments[1:])
    elif arguments[:1] == ["--digest"] and len(arguments) == 2:
        print(digest(sources(arguments[1])))
    elif arguments:
        sys.exit(__doc__)
    else:
        lines = list(problems())
        print("\n".join(lines) if lines else f"{len(names())} guests: every binary matches its source")
        sys.exit(1 if lines else 0)


main(sys.argv[1:])
