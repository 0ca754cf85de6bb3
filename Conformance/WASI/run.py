#!/usr/bin/env python3
"""Runs the preview 1 tests of WebAssembly/wasi-testsuite with `wippy run`.

usage: run.py WIPPY SUITE

SUITE is a checkout of the suite's branch prod/testsuite-base, which has the tests' binaries. A test is a binary with,
beside it, a JSON file of its arguments, environment, directory, and of the output and exit code that it must have.
Prints a line for each test and the totals; the exit code is 1 when a test failed, 2 when there is none.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

VERSION = "wasm32-wasip1"
TIMEOUT = 60


def run(wippy, test, scratch):
    """Returns what is wrong with one test; empty when nothing is."""
    specification = test.with_suffix(".json")
    wanted = json.loads(specification.read_text()) if specification.exists() else {}
    if "operations" in wanted:
        return ["its description has a form that this tool does not know"]
    command = [wippy, "run"]
    for name, value in wanted.get("env", {}).items():
        command += ["--env", f"{name}={value}"]
    if wanted.get("root"):
        # A copy, so that every test finds what the suite has.
        root = scratch / "root"
        shutil.copytree(test.parent / wanted["root"], root, symlinks=True)
        command += ["--mount", f"{root}::/"]
    command += [str(test)] + wanted.get("args", [])
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return [f"it did not end within {TIMEOUT} s"]
    problems = []
    if result.returncode != wanted.get("exit_code", 0):
        problems.append(f"exit code {result.returncode}, wanted {wanted.get('exit_code', 0)}")
        problems += result.stderr.decode(errors="replace").splitlines()[:12]
    for stream in ("stdout", "stderr"):
        actual = getattr(result, stream).decode(errors="replace")
        if stream in wanted and actual != wanted[stream]:
            problems.append(f"{stream} is {actual!r}, wanted {wanted[stream]!r}")
    return problems


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    wippy, suite = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    tests = sorted(path for path in suite.rglob("*.wasm") if VERSION in path.parts)
    if not tests:
        print(f"{suite} has no binaries below a folder {VERSION}: it is the branch prod/testsuite-base that has them")
        sys.exit(2)
    passed = 0
    for test in tests:
        with tempfile.TemporaryDirectory() as scratch:
            problems = run(wippy, test, pathlib.Path(scratch))
        language = test.relative_to(suite).parts[1] if len(test.relative_to(suite).parts) > 2 else ""
        print(f"{'ok    ' if not problems else 'FAILED'} {language}/{test.stem}", flush=True)
        for problem in problems:
            print(f"         {problem}")
        passed += not problems
    print(f"\n{passed} of {len(tests)} passed")
    sys.exit(passed != len(tests))


main()
