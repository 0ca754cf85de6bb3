"""Checks what every guest does in the reference engine, so that a failing test of ours is not the guest's fault."""

import math
import sys

from wasmtime import component

from reference_engine import Guest, Trapped, plain, record, variant

failures = []
checks = 0


def expect(what, actual, wanted):
    global checks
    checks += 1
    if actual != wanted:
        failures.append(f"{what}: expected {wanted!r}, got {actual!r}")


def expect_trap(name, method, *arguments, message="", **options):
    """The trap's message must contain the text, and the guest must not end in another way."""
    global checks
    checks += 1
    try:
        result = Guest(name, **options).call(method, *arguments)
        failures.append(f"{name} {method}: expected a trap with {message!r}, got {plain(result)!r}")
    except Trapped as trap:
        if message not in str(trap):
            failures.append(f"{name} {method}: expected a trap with {message!r}, got {trap}")
        return str(trap)
    return ""


def returns(name, method, arguments, wanted, **options):
    try:
        expect(f"{name} {method}", plain(Guest(name, **options).call(method, *arguments)), wanted)
    except Trapped as trap:
        failures.append(f"{name} {method}: {trap}")


def greetings():
    returns("greet", "greet", ["World"], "Hello, World!")
    returns("greet", "greet", ["Wörld ☃"], "Hello, Wörld ☃!")
    returns("greet", "greet", [""], "Hello, !")
    returns("compute", "compute", [6, 7], 42)
    returns("compute", "compute", [-3, 5], -15)
    returns("greet_swift", "greet", ["World"], "Hello from Swift, World!")
    returns("greet_swift", "sum-of-squares", [[1, 2, -3]], 14)


def python():
    guest = Guest("greet_python", deadline=60, stdin=b"", environment=[("COLOR", "red")])
    expect("greet_python greet", guest.call("greet", "Wörld"), "Hello from Python, Wörld!")
    expect("greet_python total", guest.call("total", [1, 2, 39]), 42)
    expect("greet_python sleep-ms", guest.call("sleep-ms", 30) >= 30, True)
    guest.call("print-lines", 3)
    expect("greet_python print-lines", guest.printed(), b"line 1\nline 2\nline 3\n")
    expect("greet_python random-bytes", len(guest.call("random-bytes", 33)), 33)
    expect("greet_python unix-time", guest.call("unix-time") > 1.6e9, True)
    expect("greet_python variable", guest.call("variable", "COLOR"), "red")
    expect("greet_python variable", guest.call("variable", "SHAPE"), None)
    expect("greet_python divide", plain(guest.call("divide", 7, 2)), 3)
    expect("greet_python divide", plain(guest.call("divide", 7, 0)), "7 cannot be divided by zero")
    expect("greet_python reverse", guest.call("reverse", b"\x00\x01\xff"), b"\xff\x01\x00")
    expect_trap("greet_python", "crash", "on purpose", deadline=60)


def misbehaving():
    interrupt = "wasm trap: interrupt"
    expect_trap("spin", "spin", message=interrupt)
    expect_trap("spin_start", "run", message=interrupt)
    expect_trap("spin_realloc", "measure", "x", message=interrupt)
    expect_trap("spin_post_return", "answer", message=interrupt)
    expect_trap("memory_eater", "eat", message="unreachable", memory=8 << 20)
    returns("memory_eater", "pages", [], 128, memory=8 << 20)
    trap = expect_trap("deep_recursion", "descend", message="call stack exhausted")
    expect("deep_recursion names", "descend" in trap, True)
    trap = expect_trap("unreachable", "run", message="unreachable")
    expect("unreachable names", "give_up" in trap and "Guests/unreachable/unreachable.c:9:3" in trap, True)
    expect_trap("printer", "print-forever", message=interrupt)
    expect_trap("big_memory", "size", message="memory", memory=1 << 20)
    returns("big_memory", "size", [], 256)
    guest = Guest("stderr_flood", deadline=30)
    try:
        guest.call("flood")
        failures.append("stderr_flood flood: expected a trap")
    except Trapped as trap:
        expect("stderr_flood names", "flood" in str(trap), True)
    expect("stderr_flood", len(guest.complained()), 4 << 20)
    expect("stderr_flood", guest.complained()[-64:], b"line 65536".ljust(63, b".") + b"\n")
    returns("many_handles", "open-and-drop", [500], 500)
    expect_trap("many_handles", "open-forever", deadline=0.2)


def traps():
    for method, message in {
        "unreachable": "unreachable",
        "memory-out-of-bounds": "out of bounds memory access",
        "memory-fill-out-of-bounds": "out of bounds memory access",
        "table-out-of-bounds": "table",
        "call-out-of-bounds": "table",
        "indirect-call-type-mismatch": "indirect call type mismatch",
        "null-table-entry": "uninitialized element",
        "integer-divide-by-zero": "integer divide by zero",
        "integer-overflow": "integer overflow",
        "bad-conversion": "invalid conversion to integer",
        "conversion-overflow": "integer overflow",
        "stack-overflow": "call stack exhausted",
        "misaligned-atomic": "unaligned atomic",
        "wait-on-unshared-memory": "atomic wait on non-shared memory",
    }.items():
        expect_trap("traps", method, message=message)
    for method in ["invalid-utf8", "truncated-utf8", "surrogate-utf8", "overlong-utf8", "record-with-bad-text"]:
        expect_trap("bad_string", method, message="utf-8")
    for method in ["text-out-of-bounds", "text-too-long", "list-out-of-bounds", "list-overflow", "inner-out-of-bounds"]:
        expect_trap("bad_string", method, message="out of bounds")
    for method in ["list-misaligned", "result-misaligned"]:
        expect_trap("bad_string", method, message="not aligned")
    for method in ["enum-out-of-range", "variant-out-of-range", "option-out-of-range", "result-case-out-of-range"]:
        expect_trap("bad_string", method, message="")
    for method in ["result-out-of-bounds", "surrogate-char", "large-char"]:
        expect_trap("bad_string", method, message="")
    returns("bad_string", "wide-bool", [], True)
    returns("bad_string", "wide-u8", [], 7)
    returns("bad_string", "wide-s8", [], -1)
    returns("bad_string", "wide-flags", [], {"write"})
    returns("bad_string", "empty-list-anywhere", [], [])
    expect_trap("bad_realloc", "take-text", "abc", message="beyond end of memory")
    expect_trap("bad_realloc", "take-numbers", [1, 2], message="not aligned")
    for method in ["unknown-handle", "use-after-drop", "drop-twice"]:
        expect_trap("bad_handles", method, message="unknown handle index")
    for method in ["wrong-type", "drop-parent"]:
        expect_trap("bad_handles", method)


def failing():
    returns("fails", "attempt", ["it", False], ("ok", "it is fine"))
    returns("fails", "attempt", ["it", True], ("err", "it failed"))
    returns("fails", "always", [], ("err", "it always fails"))
    returns("fails", "quietly", [False], "ok")
    returns("fails", "quietly", [True], "err")
    returns("fails", "only-error", [True], "asked to fail")
    returns("fails", "only-value", [False], 42)
    returns("fails", "only-value", [True], None)
    returns("fails", "typed", [0], 42)
    returns("fails", "typed", [1], "the key")
    returns("fails", "typed", [2], (7, 5))
    returns("fails", "typed", [3], None)


def wasi():
    guest = Guest("sleeper", deadline=20)
    expect("sleeper sleep-ms", guest.call("sleep-ms", 30) >= 30, True)
    expect("sleeper test-sleep#sleep-ms", guest.call("test-sleep#sleep-ms", 20) >= 20, True)
    expect("sleeper first-of", guest.call("first-of", [5000, 10, 9000]), [1])
    guest = Guest("print_lines")
    expect("print_lines", guest.call("print-lines", 3), 3)
    expect("print_lines", guest.call("print-errors", 2), 2)
    expect("print_lines", guest.call("print-text", "x" * 10000), True)
    expect("print_lines", guest.printed(), b"line 1\nline 2\nline 3\n" + b"x" * 10000)
    expect("print_lines", guest.complained(), b"line 1\nline 2\n")
    guest = Guest("echo_stdin", stdin=b"one\ntwo\xff" * 30000)
    expect("echo_stdin", plain(guest.call("wasi:cli/run@0.2.0#run")), "ok")
    expect("echo_stdin", guest.printed(), b"one\ntwo\xff" * 30000)
    guest = Guest("env_args", arguments=["a", "b c"], environment=[("COLOR", "red")])
    expect("env_args", plain(guest.call("wasi:cli/run@0.2.3#run")), "ok")
    expect("env_args", guest.printed(), b"arg env_args\narg a\narg b c\nenv COLOR=red\ncwd none\n")
    guest = Guest("command", arguments=["fail"])
    expect("command", plain(guest.call("wasi:cli/run@0.2.6#run")), "err")
    expect("command", guest.printed(), b"Hello from a command\n")
    guest = Guest("preview1_hello")
    guest.call("_start")
    expect("preview1_hello", guest.printed(), b"Hello from preview 1\n")
    expect_trap("preview1_hello", "exit-with", 7, message="7")
    codes = []
    # The engine's own WASI leaves exit-with-code out unless told otherwise.
    functions = {
        ("wasi:cli/exit@0.2.3", "exit"): lambda store, status: codes.append(plain(status)),
        ("wasi:cli/exit@0.2.3", "exit-with-code"): lambda store, code: codes.append(code),
    }
    for method, argument in [("exit", True), ("exit", False), ("exit-with-code", 7)]:
        expect_trap("exit_code", method, argument, message="unreachable", wasi=False, functions=functions)
    expect("exit_code", codes, ["err", "ok", 7])


def ungranted():
    made_up = []

    def make_widget(store, size):
        made_up.append(size)
        return component.ResourceHost.own(1, 1)

    more = dict(
        functions={
            ("acme:missing/thing", "make-up"): lambda store, text: text + "!",
            ("acme:missing/thing", "[constructor]widget"): make_widget,
        },
        resources=[("acme:missing/thing", "widget")],
    )
    guest = Guest("ungranted", deadline=20, stdin=b"in", arguments=["x"], environment=[("A", "b")], **more)
    expect("call-nothing", guest.call("call-nothing"), 7)
    expect("environment", guest.call("environment"), [("A", "b")])
    expect("arguments", guest.call("arguments"), ["ungranted", "x"])
    expect("cwd", guest.call("cwd"), None)
    expect("directories", guest.call("directories"), 0)
    expect("terminals", guest.call("terminals"), (False, False, False))
    expect("read-stdin", guest.call("read-stdin"), b"in")
    expect("write-stdout", guest.call("write-stdout", "out"), True)
    expect("write-stderr", guest.call("write-stderr", "err"), True)
    expect("printed", (guest.printed(), guest.complained()), (b"out", b"err"))
    expect("monotonic", guest.call("monotonic-now") <= guest.call("monotonic-now"), True)
    expect("monotonic-resolution", guest.call("monotonic-resolution") > 0, True)
    guest.call("wait-ms", 5)
    expect("wall-now", guest.call("wall-now")[0] > 1.6e9, True)
    guest.call("wall-resolution")
    expect("random-bytes", len(guest.call("random-bytes", 17)), 17)
    expect("insecure-bytes", len(guest.call("insecure-bytes", 17)), 17)
    expect("random-number", guest.call("random-number") != guest.call("random-number"), True)
    guest.call("insecure-number")
    expect("seed", len(guest.call("seed")), 2)
    for method in ["create-tcp-socket", "create-udp-socket", "open-network"]:
        guest.call(method)
    expect("make-up", guest.call("make-up", "x"), "x!")
    guest.call("create-headers")
    expect_trap("ungranted", "leave", True, **more)
    expect_trap("ungranted", "sync-file", message="unknown handle index", **more)
    guest.call("make-thing")
    expect("make-thing", made_up, [3])


def shapes():
    guest = Guest("shapes", deadline=20)
    home = record(x=1, y=-2)

    def check(method, arguments, wanted):
        try:
            expect(f"shapes {method}", plain(guest.call(f"demo:shapes/shapes@1.0.0#{method}", *arguments)), wanted)
        except Trapped as trap:
            failures.append(f"shapes {method}: {trap}")

    numbers = dict(a=255, b=-1, c=65535, d=32767, e=2**32 - 1, f=2**31 - 1, g=2**64 - 1, h=2**63 - 1)
    more = dict(a=0, b=0, c=0, d=-(2**15), e=0, f=-(2**31), g=0, h=-(2**63))
    check("next-integers", [record(**numbers)], more)
    for kind, size in (("u", 8), ("u", 16), ("u", 32), ("u", 64)):
        check(f"next-{kind}{size}", [2**size - 1], 0)
        check(f"next-{kind}{size}", [2 ** (size - 1)], 2 ** (size - 1) + 1)
    for size in (8, 16, 32, 64):
        check(f"next-s{size}", [2 ** (size - 1) - 1], -(2 ** (size - 1)))
        check(f"next-s{size}", [-5], -4)
    check("halve-f32", [3.0], 1.5)
    check("halve-f64", [math.inf], math.inf)
    check("halve-both", [(5.0, 0.25)], (2.5, 0.125))
    check("negate", [True], False)
    check("next-char", ["\ud7ff"], "\ue000")
    check("next-char", ["é"], "ê")
    check("reverse-text", ["aé☃😀"], "😀☃éa")
    check("reverse-bytes", [b"\x00\xff\x07"], b"\x07\xff\x00")
    check("reverse-texts", [["one", "", "three"]], ["three", "", "one"])
    check("reverse-pairs", [[(1, 2**64 - 1), (2, 5)]], [(2, 5), (1, 2**64 - 1)])
    check("sum", [[1, -2, 43]], 42)
    check("transpose", [[[1, 2, 3], [4, 5, 6]]], [[1, 4], [2, 5], [3, 6]])
    check("swap", [("text", 9)], (9, "text"))
    check("move-point", [home, 10, 20], {"x": 11, "y": 18})

    def person(name, age, email=None, tags=()):
        return record(name=name, age=age, email=email, tags=list(tags), home=home)

    check(
        "birthday",
        [person("Ada", 36, "ada@example.org", ["first"])],
        dict(name="Ada", age=37, email="ada@example.org", tags=["first", "older"], home={"x": 1, "y": -2}),
    )
    people = [person("Ada", 36), person("Bob", 80, "bob@example.org", ["x"]), person("Cy", 5)]
    check("oldest", [people], dict(name="Bob", age=80, email="bob@example.org", tags=["x"], home={"x": 1, "y": -2}))
    check("oldest", [[]], None)
    sorted_people = plain(guest.call("demo:shapes/shapes@1.0.0#sort-by-age", people))
    expect("shapes sort-by-age", [each["name"] for each in sorted_people], ["Cy", "Ada", "Bob"])
    check("calculate", [[1.0, 4.0, -2.0]], dict(count=3, sum=3.0, smallest=-2.0, largest=4.0, mean=1.0))
    check("calculate", [[]], dict(count=0, sum=0.0, smallest=None, largest=None, mean="no values"))
    triangle = [record(x=0, y=0), record(x=4, y=0), record(x=0, y=3)]
    check("area", [None], 0.0)
    check("area", [2.0], 12.0)
    check("area", [(2.0, 5.0)], 10.0)
    check("area", [triangle], 6.0)
    check("area", ["label"], None)
    check("scale", [(2.0, 5.0), 3], (6.0, 15.0))
    check("scale", [triangle, 2], [{"x": 0, "y": 0}, {"x": 8, "y": 0}, {"x": 0, "y": 6}])
    check("scale", ["ab", 3], "ababab")
    for tag, value, wanted in [
        ("small", 200, 144), ("int", -5, -10), ("long", 2**63 + 1, 2), ("single", 1.25, 2.5),
        ("double", -0.1, -0.2), ("words", "ab", "abab"),
    ]:
        check("double-number", [variant(tag, value)], (tag, wanted))
        check("double-numbers", [[variant(tag, value)] * 2], [(tag, wanted)] * 2)
    check("next-color", ["blue"], "red")
    check("invert", [{"write"}], {"read", "execute"})
    check("invert-bits", [{f"b{i}" for i in range(31)}], {"b31"})
    check("invert-twelve", [{f"t{i}" for i in range(1, 11)}], {"t0", "t11"})
    some = variant
    check("next-nested", [some("none")], "some")
    check("next-nested", [some("some", None)], ("some", 0))
    check("next-nested", [some("some", 6)], ("some", 7))
    check("next-nested", [some("some", 2**32 - 1)], "none")
    check("divide", [7, 2], 3)
    check("divide", [7, 0], "division by zero")
    check("check", [True], "ok")
    check("check", [False], "err")
    check("check-color", ["green"], None)
    check("check-color", ["blue"], "blue")
    check("parse-digits", ["12345678901"], 12345678901)
    check("parse-digits", ["12x"], None)
    many = [1, -2, 3, -4, 5, -6, 2**64 - 1, -8, 1.5, -0.25, True, "A", "blue", {"read", "execute"}, "text"]
    described = "1 -2 3 -4 5 -6 18446744073709551615 -8 6 -1 true 65 2 5 text"
    check("sixteen", many, described)
    check("eighteen", [*many, [7, 65535]], described + " 7 65535")
    expect("shapes version", guest.call("version"), "1.0.0")
    expect("shapes add", guest.call("add", 40, 2), 42)
    expect("shapes count-calls", [guest.call("count-calls"), guest.call("count-calls")], [1, 2])
    counters(guest)


def counters(guest):
    def call(method, *arguments):
        return guest.call(f"demo:shapes/shapes@1.0.0#{method}", *arguments)

    first = call("[constructor]counter", 5)
    expect("increment", call("[method]counter.increment", first, 4), 9)
    expect("value", call("[method]counter.value", first), 9)
    second = call("[constructor]counter", 33)
    expect("live", call("live-counters"), 2)
    merged = call("[static]counter.merge", first, second)
    expect("live after merge", call("live-counters"), 1)
    expect("read-counter", call("read-counter", merged), 42)
    expect("consume", call("consume", merged), 42)
    expect("live after consume", call("live-counters"), 0)
    several = call("make-counters", 4)
    expect("sum-counters", call("sum-counters", several), 6)
    winner = call("larger", several[2], several[3])
    expect("larger", call("read-counter", winner), 3)
    expect("live after larger", call("live-counters"), 3)
    winner.drop(guest.store)
    expect("live after drop", call("live-counters"), 2)
    expect("larger, equal", plain(call("larger", call("[constructor]counter", 1), call("[constructor]counter", 1))), "they are equal")
    expect("live in the end", call("live-counters"), 2)


groups = [greetings, misbehaving, traps, failing, wasi, ungranted, shapes, python]
wanted = sys.argv[1:]
for group in groups:
    if not wanted or group.__name__ in wanted:
        group()
print("\n".join(failures) if failures else f"{checks} checks of the guests hold in the reference engine")
sys.exit(1 if failures else 0)
