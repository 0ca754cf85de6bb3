"""Loads `wippy serve` and `wasmtime serve` of one component in turn, and prints a JSON array of rows: a name, a unit, and the
samples of both. `WippyBenchmarks` makes rows of its table of them; by hand: python3 Benchmarks/http_rows.py --help."""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time

import loopback

BODY = os.urandom(1 << 20) * 10
ROWS = ["http-fresh-64", "http-reuse-64", "http-one-fresh", "http-one", "http-echo"]


class Server:
    """A server in a process of its own, until `close`."""

    def __init__(self, command):
        self.port = loopback.free_port()
        command = [self.port_text(part) for part in command]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not loopback.listens(self.process, self.port):
            self.close()
            raise SystemExit(f"{' '.join(command)} does not listen")

    def port_text(self, part):
        return part.replace("{port}", str(self.port))

    def memory(self, field):
        """Kibibytes: VmRSS now, VmHWM at most."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"^{field}:\s+(\d+)", status.read(), re.MULTILINE)[1])

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.kill()
        self.process.wait()


def microseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}[unit]


def load(server, connections, seconds):
    """Microseconds for a request, p50 and p99, and the server's processor time for a request."""
    before = server.processor_seconds()
    output = subprocess.run(
        ["wrk", f"-t{min(2, connections)}", f"-c{connections}", f"-d{seconds}s", "--latency",
         f"http://127.0.0.1:{server.port}/"],
        check=True, capture_output=True, text=True).stdout
    used = server.processor_seconds() - before
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(output)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    count = int(re.search(r"(\d+) requests in", output)[1])
    p50, p99 = (microseconds(re.search(rf"\s{share}%\s+(\S+)", output)[1]) for share in (50, 99))
    return {"each": 1e6 / rate, "p50": p50, "p99": p99, "processor": used * 1e6 / count}


def echo(server):
    """Milliseconds for a body of 10 MiB through the guest."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    start = time.perf_counter()
    connection.putrequest("POST", "/echo")
    connection.putheader("content-length", str(len(BODY)))
    connection.endheaders()
    # Beside the reading: the guest takes no more than it can pass on.
    sender = threading.Thread(target=connection.sock.sendall, args=(BODY,))
    sender.start()
    answer = connection.getresponse().read()
    sender.join()
    time_taken = (time.perf_counter() - start) * 1e3
    if answer != BODY:
        raise SystemExit("the echo is another body")
    connection.close()
    return time_taken


def alternate(count, ours, reference):
    """Samples of both in turn, so that whatever else the machine does falls on both; the first pair warms up."""
    samples = [(ours(), reference())]
    for index in range(count):
        samples.append((ours(), reference()) if index % 2 == 0 else (reference(), ours())[::-1])
    return samples[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wippy", default=".build/release/wippy")
    parser.add_argument("--wasmtime", default=".deps/benchmark-tools/wasmtime_cli/wasmtime")
    parser.add_argument("--guest", default="Guests/http_server/http_server.wasm")
    parser.add_argument("--only", default=",".join(ROWS), help=f"rows of {', '.join(ROWS)}")
    parser.add_argument("--seconds", type=int, default=3, help="of each sample")
    parser.add_argument("--samples", type=int, default=5)
    options = parser.parse_args()
    wanted = options.only.split(",")
    rows = []

    def row(name, unit, pairs, limit, scale=1.0):
        rows.append({
            "name": name, "unit": unit, "limit": limit, "ours": [pair[0] * scale for pair in pairs],
            "reference": [pair[1] * scale for pair in pairs]})

    def column(samples, key):
        return [(ours[key], reference[key]) for ours, reference in samples]

    ours = [options.wippy, "serve", "--silent", "--addr", "127.0.0.1:{port}"]
    reference = [options.wasmtime, "serve", "--addr", "127.0.0.1:{port}"]
    for kind in ("fresh", "reuse"):
        names = [f"http-{kind}-64", "http-one-fresh" if kind == "fresh" else "http-one"]
        if kind == "fresh":
            names.append("http-echo")
        if not set(names) & set(wanted):
            continue
        reuse = ["--reuse", "1000"] if kind == "reuse" else []
        their_reuse = ["--max-instance-reuse-count", "1000"] if kind == "reuse" else []
        first = Server(ours + reuse + [options.guest])
        second = Server(reference + their_reuse + [options.guest])
        try:
            for connections, name in ((64, names[0]), (1, names[1])):
                if name not in wanted:
                    continue
                print(f"measuring {name} ...", file=sys.stderr)
                samples = alternate(
                    options.samples, lambda: load(first, connections, options.seconds),
                    lambda: load(second, connections, options.seconds))
                if connections == 64:
                    row(name, "us/request", column(samples, "each"), 0.5 if kind == "fresh" else 1.0)
                    row(f"{name}-p99", "us", column(samples, "p99"), 1.0 if kind == "fresh" else None)
                    row(f"{name}-cpu", "us/request", column(samples, "processor"), None)
                else:
                    row(name, "us", column(samples, "p50"), 1.0)
            if "http-echo" in names and "http-echo" in wanted:
                print("measuring http-echo ...", file=sys.stderr)
                alternate(2, lambda: echo(first), lambda: echo(second))
                before = first.memory("VmRSS"), second.memory("VmRSS")
                row("http-echo", "ms", alternate(2 * options.samples, lambda: echo(first), lambda: echo(second)), 1.0)
                grown = first.memory("VmRSS") - before[0], second.memory("VmRSS") - before[1]
                # A megabyte is what an allocator may keep.
                rows.append({
                    "name": "http-echo-growth", "unit": "KiB", "most": 4096, "ours": [max(0, grown[0])],
                    "reference": [max(0, grown[1])]})
        finally:
            first.close()
            second.close()
    json.dump(rows, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
