"""1,000 requests in flight from 1,000 processes on two workers, to a server that answers after 100 ms: all have to be back within
300 ms plus the time that spawning takes, with no thread more than when idle. Needs `make build`: python3 Benchmarks/outgoing.py"""

import argparse
import hashlib
import heapq
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROJECT = """version: "1.0"
namespace: app
entries:
  - {{name: processes, kind: process.host, host: {{workers: 2}}}}
  - {{name: terminal, kind: terminal.host}}
  - {{name: guests, kind: fs.directory, directory: "{guests}"}}
  - name: fetch
    kind: process.wasm
    fs: guests
    path: /http_client/http_client.wasm
    hash: sha256:{digest}
    method: fetch
    imports: [wasi:http, wasi:io]
    wasi: {{network: {{allow: ["127.0.0.1:{port}"]}}}}
  - name: main
    kind: process.lua
    source: file://main.lua
    method: main
    modules: [time]
    limits: {{max_mailbox: 100000}}
    meta: {{command: {{name: main, short: sends requests}}}}
"""

LUA = """
local time = require("time")
local function wave(count)
  local start = time.now():unix_nano()
  for _ = 1, count do
    local _, err = process.spawn_monitored("app:fetch", "app:processes", "GET", "127.0.0.1:{port}", "/", "", 10000)
    if err then error(tostring(err)) end
  end
  local spawned = time.now():unix_nano()
  local failed = 0
  for _ = 1, count do
    local event = process.receive()
    if event.error then
      failed = failed + 1
      print("error", tostring(event.error))
    end
  end
  print("wave", count, failed, (spawned - start) // 1000, (time.now():unix_nano() - start) // 1000)
end
local function main()
  wave(1)
  time.sleep("500ms")
  for _ = 1, 5 do
    wave({count})
    time.sleep("500ms")
  end
end
return {{main = main}}
"""


def serve(listener, delay):
    """Answers each request after `delay` seconds; one thread, as few instructions as Python allows."""
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    connections, due = {}, []
    response = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    while True:
        wait = max(0, due[0][0] - time.monotonic()) if due else -1
        for number, _ in poll.poll(wait):
            if number == listener.fileno():
                try:
                    while True:
                        connection, _ = listener.accept()
                        connection.setblocking(False)
                        connections[connection.fileno()] = connection
                        poll.register(connection.fileno(), select.EPOLLIN)
                except BlockingIOError:
                    pass
            elif number in connections:
                try:
                    data = connections[number].recv(65536)
                except OSError:
                    data = b""
                if data:
                    heapq.heappush(due, (time.monotonic() + delay, number))
                else:
                    connections.pop(number).close()
        now = time.monotonic()
        while due and due[0][0] <= now:
            connection = connections.get(heapq.heappop(due)[1])
            if connection:
                connection.send(response)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wippy", default=".build/release/wippy")
    parser.add_argument("--guests", default="Guests")
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listener.setblocking(False)
    port = listener.getsockname()[1]
    child = os.fork()
    if child == 0:
        serve(listener, 0.1)
        os._exit(0)
    threads, marks = [], []
    try:
        with tempfile.TemporaryDirectory() as directory:
            with open(f"{options.guests}/http_client/http_client.wasm", "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            with open(f"{directory}/_index.yaml", "w") as file:
                file.write(PROJECT.format(guests=os.path.abspath(options.guests), digest=digest, port=port))
            with open(f"{directory}/main.lua", "w") as file:
                file.write(LUA.format(port=port, count=options.count))
            process = subprocess.Popen(
                [os.path.abspath(options.wippy), "run", "main"], cwd=directory, stdout=subprocess.PIPE, text=True)

            def sample():
                while process.poll() is None:
                    try:
                        threads.append((time.monotonic(), len(os.listdir(f"/proc/{process.pid}/task"))))
                    except OSError:
                        return
                    time.sleep(0.01)

            sampler = threading.Thread(target=sample)
            sampler.start()
            output = []
            for line in process.stdout:
                output.append(line)
                marks.append(time.monotonic())
            status = process.wait()
            sampler.join()
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    waves = [tuple(map(int, match)) for match in re.findall(r"wave\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", "".join(output))]
    if status != 0 or len(waves) != 6:
        sys.exit("".join(output) + f"FAILED: the command ended with {status}")
    idle = max(count for at, count in threads if at <= marks[0] + 0.4)
    most = max(count for at, count in threads)
    failed = sum(wave[1] for wave in waves)
    for count, _, spawning, total in waves[1:]:
        print(f"{count} requests: spawned in {spawning / 1000:.0f} ms, all back after {total / 1000:.0f} ms")
    # The first one opens all connections; so may the others, where the server has closed them.
    late = [wave for wave in waves[1:] if wave[3] - wave[2] > 300_000]
    print(f"threads: {idle} with one request, {most} with {options.count}; failed: {failed}")
    if failed or late or most > idle:
        sys.exit("FAILED")
    print("passed")


if __name__ == "__main__":
    main()
