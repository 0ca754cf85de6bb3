import os
import socket
import sys
import time

import wit_world
from componentize_py_types import Err


class WitWorld(wit_world.WitWorld):
    def greet(self, name):
        return f"Hello from Python, {name}!"

    def total(self, numbers):
        return sum(numbers)

    def sleep_ms(self, ms):
        start = time.monotonic()
        time.sleep(ms / 1000)
        return int((time.monotonic() - start) * 1000)

    def print_lines(self, count):
        for line in range(1, count + 1):
            print(f"line {line}", flush=True)

    def random_bytes(self, count):
        return os.urandom(count)

    def unix_time(self):
        return time.time()

    def arguments(self):
        return list(sys.argv)

    def variable(self, name):
        return os.environ.get(name)

    def crash(self, message):
        raise RuntimeError(message)

    def divide(self, a, b):
        if b == 0:
            raise Err(f"{a} cannot be divided by zero")
        return a // b

    def reverse(self, content):
        return content[::-1]

    def visit(self, path, ms, port):
        with open(path) as file:
            name = file.read().strip()
        time.sleep(ms / 1000)
        print(f"{name} has slept", flush=True)
        try:
            with socket.socket() as connection:
                connection.connect(("127.0.0.1", port))
                print(f"{name} hears: {connection.makefile().readline().strip()}", flush=True)
        except OSError as error:
            raise Err(f"no connection: {error}")
