"""Keeps an `http.service` busy with 64 connections whose clients leave, and with guests that trap, loop and eat memory, and
fails when a request is neither answered nor counted, when memory grows, when something is left open, or when the good requests
wait three times as long as without the bad ones. Needs `make build`: python3 Benchmarks/endurance.py --seconds 600"""

import argparse
import asyncio
import collections
import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BODY = bytes(range(256)) * 256
# What a request is, how many of 1000 are, and the statuses that answer it.
KINDS = {
    "trap": (10, "GET", "/trap", {500}),
    "loop": (1, "GET", "/loop", {500, 503, 504}),
    "memory": (1, "POST", "/memory", {500, 507}),
    "leave": (5, "POST", "/echo", set()),
    "echo": (20, "POST", "/echo", {200}),
    "good": (963, "GET", "/", {200}),
}

PROJECT = """version: "1.0"
namespace: app
entries:
  - {{name: processes, kind: process.host}}
  - {{name: guests, kind: fs.directory, directory: "{guests}"}}
  - {{name: gateway, kind: http.service, addr: "127.0.0.1:{port}", metrics: /metrics, lifecycle: {{auto_start: true}}}}
  - {{name: root, kind: http.router, meta: {{server: gateway}}, prefix: /}}
  - name: serve
    kind: function.wasm
    fs: guests
    path: /http_server/http_server.wasm
    hash: sha256:{server}
    method: handle
    transport: wasi-http
    pool: {{type: lazy, max_size: 64, reuse: {reuse}}}
  - name: serve_loop
    kind: function.wasm
    fs: guests
    path: /spin/spin.wasm
    hash: sha256:{spin}
    method: spin
    limits: {{max_cpu_ms: 10}}
  - name: eat
    kind: function.wasm
    fs: guests
    path: /memory_eater/memory_eater.wasm
    hash: sha256:{eater}
    method: eat
    limits: {{max_memory: 4MiB}}
  - {{name: e1, kind: http.endpoint, meta: {{router: root}}, method: GET, path: /, func: serve}}
  - {{name: e2, kind: http.endpoint, meta: {{router: root}}, method: GET, path: /trap, func: serve}}
  - {{name: e3, kind: http.endpoint, meta: {{router: root}}, method: POST, path: /echo, func: serve}}
  - {{name: e4, kind: http.endpoint, meta: {{router: root}}, method: GET, path: /loop, func: serve_loop}}
  - {{name: e5, kind: http.endpoint, meta: {{router: root}}, method: POST, path: /memory, func: eat}}
"""


class Service:
    """`wippy run` of a project of its own."""

    def __init__(self, wippy, guests, reuse):
        self.directory = tempfile.TemporaryDirectory()
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]

        def digest(name):
            with open(f"{guests}/{name}/{name}.wasm", "rb") as file:
                return hashlib.sha256(file.read()).hexdigest()

        with open(f"{self.directory.name}/_index.yaml", "w") as file:
            file.write(PROJECT.format(
                guests=os.path.abspath(guests), port=self.port, reuse=reuse, server=digest("http_server"),
                spin=digest("spin"), eater=digest("memory_eater")))
        self.log = open(f"{self.directory.name}/log", "w")
        self.process = subprocess.Popen(
            [os.path.abspath(wippy), "run"], cwd=self.directory.name, stdout=self.log, stderr=self.log)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise SystemExit(f"the service does not listen:\n{open(self.log.name).read()[-3000:]}")

    def memory(self):
        """Mebibytes."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"^VmRSS:\s+(\d+)", status.read(), re.MULTILINE)[1]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def metrics(self):
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics").read().decode()
        return [(name, float(value)) for name, value in re.findall(r"^(wippy\S+) (\S+)$", text, re.MULTILINE)]

    def metric(self, name):
        return sum(value for full, value in self.metrics() if full.split("{")[0] == name)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Load:
    """64 connections, each with one request after the other."""

    def __init__(self, port, kinds):
        self.port = port
        self.kinds = list(kinds)
        self.weights = [KINDS[kind][0] for kind in self.kinds]
        self.times = collections.defaultdict(list)
        self.statuses = collections.Counter()
        self.wrong = []
        self.broken = 0
        self.left = 0
        self.sent = 0

    async def run(self, connections, seconds):
        self.end = time.monotonic() + seconds
        await asyncio.gather(*[self.client() for _ in range(connections)])

    async def client(self):
        reader = writer = None
        while time.monotonic() < self.end:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
            kind = random.choices(self.kinds, self.weights)[0]
            _, method, path, expected = KINDS[kind]
            body = BODY if path == "/echo" else b""
            head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            self.sent += 1
            start = time.perf_counter()
            try:
                if kind == "leave":
                    writer.write(head + body[: random.randrange(len(body))])
                    writer.close()
                    writer = None
                    self.left += 1
                    continue
                writer.write(head + body)
                status, closes, size = await asyncio.wait_for(self.answer(reader), 20)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
                self.wrong.append(f"{kind}: {error!r}")
                self.broken += 1
                if writer is not None:
                    writer.close()
                writer = None
                continue
            self.times[kind].append(time.perf_counter() - start)
            self.statuses[kind, status] += 1
            if status not in expected or kind == "echo" and size != len(body):
                self.wrong.append(f"{kind}: {status}, {size} bytes")
            if closes:
                writer.close()
                writer = None
        if writer is not None:
            writer.close()

    async def answer(self, reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = re.search(r"content-length: (\d+)", head)
        size = 0
        if length:
            size = len(await reader.readexactly(int(length[1])))
        elif "transfer-encoding: chunked" in head:
            while True:
                part = int((await reader.readuntil(b"\r\n")).strip(), 16)
                size += part
                await reader.readexactly(part + 2)
                if part == 0:
                    break
        return status, "connection: close" in head, size

    def share(self, share):
        """Milliseconds."""
        times = sorted(self.times["good"])
        return times[min(len(times) - 1, int(len(times) * share))] * 1e3


async def watch(service, seconds, samples):
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        samples.append((time.monotonic() - start, service.memory()))
        await asyncio.sleep(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wippy", default=".build/release/wippy")
    parser.add_argument("--guests", default="Guests")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--reuse", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    random.seed(options.seed)
    print(f"seed {options.seed}, {options.seconds} s, {options.connections} connections, reuse {options.reuse}")
    service = Service(options.wippy, options.guests, options.reuse)
    problems = []
    try:
        # Everything has been used once: code is loaded, and allocators have what they keep.
        asyncio.run(Load(service.port, KINDS).run(options.connections, 5))
        service.metrics()
        time.sleep(2)
        before = service.descriptors(), service.threads()
        quiet = Load(service.port, ["good", "echo"])
        asyncio.run(quiet.run(options.connections, max(10, options.seconds // 10)))
        load, memory = Load(service.port, KINDS), []

        async def both():
            await asyncio.gather(load.run(options.connections, options.seconds), watch(service, options.seconds, memory))

        asyncio.run(both())
        time.sleep(2)
        # Before anything is asked: that would be one connection more.
        after = service.descriptors(), service.threads()
        running = service.metric("wippy_pool_running") + service.metric("wippy_pool_waiting")
        processes = service.metric("wippy_processes")
        settled = [size for at, size in memory if at >= min(60, options.seconds / 3)]
        third = max(1, len(settled) // 3)
        first, last = max(settled[:third]), max(settled[-third:])
        answers = ", ".join(f"{kind} {status}: {count}" for (kind, status), count in sorted(load.statuses.items()))
        print(f"{load.sent} requests, {load.sent / options.seconds:.0f}/s; left: {load.left}; {answers}")
        print(f"good ones: p50 {load.share(.5):.1f} ms, p99 {load.share(.99):.1f} ms; alone: p50 {quiet.share(.5):.1f} ms, "
              f"p99 {quiet.share(.99):.1f} ms")
        print(f"memory: {first:.0f} MiB after the beginning, {last:.0f} MiB at the end; descriptors {before[0]}, then "
              f"{after[0]}; threads {before[1]}, then {after[1]}; calls that run: {running:.0f}, processes: {processes:.0f}")
        if load.wrong:
            problems.append(f"{len(load.wrong)} requests went wrong, first {load.wrong[:5]}")
        if load.sent != sum(load.statuses.values()) + load.left + load.broken:
            problems.append("requests are neither answered nor counted")
        if last > first * 1.1 + 4:
            problems.append("memory grows")
        if after[0] > before[0] or after[1] > before[1] or running:
            problems.append("something is left open")
        if load.share(.99) > 3 * quiet.share(.99):
            problems.append("the good requests wait more than three times as long")
    finally:
        status = service.close()
        # SIGTERM is a reason to end, and its exit code says so.
        if status not in (0, 128 + signal.SIGTERM):
            problems.append(f"the service ended with {status}")
    for problem in problems:
        print(f"FAILED: {problem}")
    if not problems:
        print("passed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
