"""The guests in the engine's own API: what a call returns, traps with, or prints."""

import os
import pathlib
import tempfile
import threading

import wasmtime
from wasmtime import component

os.environ["WASMTIME_BACKTRACE_DETAILS"] = "1"
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Trapped(Exception):
    pass


def plain(value):
    """Records become dictionaries, variants pairs."""
    if isinstance(value, component.Variant):
        return (value.tag, plain(value.payload)) if value.payload is not None else value.tag
    if isinstance(value, component.Record):
        return {name: plain(field) for name, field in vars(value).items()}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item) for item in value)
    return value


def record(**fields):
    result = component.Record()
    for name, value in fields.items():
        setattr(result, name.replace("_", "-"), value)
    return result


def variant(tag, payload=None):
    return component.Variant(tag, payload)


def path_of(name):
    if name == "greet_python":
        return ROOT / ".deps/guests/greet_python.wasm"
    return ROOT / f"Guests/{name}/{name}.wasm"


class Guest:
    """One instance with WASI; the deadline stops what would run for ever."""

    def __init__(self, name, deadline=1.0, memory=-1, wasi=True, stdin=b"", arguments=(), environment=(), functions=None,
                 resources=()):
        config = wasmtime.Config()
        config.epoch_interruption = True
        self.engine = wasmtime.Engine(config)
        self.store = wasmtime.Store(self.engine)
        self.store.set_epoch_deadline(1)
        self.store.set_limits(memory_size=memory)
        self.folder = tempfile.TemporaryDirectory()
        self.output, self.errors = self.file("out", b""), self.file("err", b"")
        settings = wasmtime.WasiConfig()
        settings.stdin_file = self.file("in", stdin)
        settings.stdout_file, settings.stderr_file = self.output, self.errors
        settings.argv, settings.env = [name, *arguments], list(environment)
        self.store.set_wasi(settings)
        self.store.set_wasi_http()
        self.timer = threading.Timer(deadline, self.engine.increment_epoch)
        self.timer.daemon = True
        self.timer.start()
        content = path_of(name).read_bytes()
        self.is_component = content[4:8] == b"\x0d\x00\x01\x00"
        try:
            if self.is_component:
                self.binary = component.Component(self.engine, content)
                linker = component.Linker(self.engine)
                if wasi:
                    linker.add_wasip2()
                    linker.add_wasi_http()
                self.provide(linker, functions or {}, resources)
            else:
                self.binary = wasmtime.Module(self.engine, content)
                linker = wasmtime.Linker(self.engine)
                linker.define_wasi()
            self.instance = linker.instantiate(self.store, self.binary)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise Trapped(str(error)) from error

    @staticmethod
    def provide(linker, functions, resources):
        """Functions and resource types that WASI lacks, by (interface, name)."""
        with linker.root() as root:
            for interface in sorted({interface for interface, _ in [*functions, *resources]}):
                with root.add_instance(interface) as instance:
                    for owner, name in resources:
                        if owner == interface:
                            instance.add_resource(name, component.ResourceType.host(1), lambda store, value: None)
                    for (owner, name), function in functions.items():
                        if owner == interface:
                            instance.add_func(name, function)

    def file(self, name, content):
        path = os.path.join(self.folder.name, name)
        pathlib.Path(path).write_bytes(content)
        return path

    def function(self, name):
        if not self.is_component:
            return self.instance.exports(self.store)[name]
        interface, _, method = name.rpartition("#")
        parent = self.instance.get_export_index(self.store, interface) if interface else None
        index = self.instance.get_export_index(self.store, method, parent)
        return self.instance.get_func(self.store, index)

    def call(self, name, *arguments):
        function = self.function(name)
        if function is None:
            raise KeyError(name)
        try:
            result = function(self.store, *arguments)
            if self.is_component:
                function.post_return(self.store)
            return result
        except (wasmtime.WasmtimeError, wasmtime.Trap, wasmtime.ExitTrap) as error:
            raise Trapped(str(error)) from error

    def printed(self):
        return pathlib.Path(self.output).read_bytes()

    def complained(self):
        return pathlib.Path(self.errors).read_bytes()
