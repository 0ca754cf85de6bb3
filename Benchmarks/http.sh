#!/bin/sh
# usage: Benchmarks/http.sh [SECONDS]
# Loads `wippy serve` and `wasmtime serve` of the same component in turn. Needs wrk, python3, and both programs built.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-6}
guest=Guests/http_server/http_server.wasm
wippy=.build/release/wippy-http
wasmtime=.deps/benchmark-tools/wasmtime_cli/wasmtime
work=$(mktemp -d)
trap 'kill $first $second 2> /dev/null || true; rm -rf "$work"' EXIT

$wippy serve --silent --addr 127.0.0.1:18080 $guest 2> "$work/wippy" & first=$!
$wasmtime serve --addr 127.0.0.1:18081 $guest > "$work/wasmtime" 2>&1 & second=$!
sleep 2

cat > "$work/echo.py" <<'PYTHON'
import http.client, sys, time
body = b"x" * (10 << 20)
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
times = []
for _ in range(10):
    start = time.perf_counter()
    connection.request("POST", "/echo", body)
    assert connection.getresponse().read() == body
    times.append(time.perf_counter() - start)
print(f"  {10.49 / sorted(times)[5]:.0f} MB/s")
PYTHON

load() {
  for port in 18080 18081 18080 18081; do
    if [ $port = 18080 ]; then echo "$1 wippy"; else echo "$1 wasmtime"; fi
    wrk -t"$2" -c"$3" -d"${seconds}s" --latency "http://127.0.0.1:$port/" | grep -E "50%|99%|Requests/sec|Non-2xx|Socket"
  done
}

wrk -t1 -c8 -d1s http://127.0.0.1:18080/ > /dev/null
wrk -t1 -c8 -d1s http://127.0.0.1:18081/ > /dev/null
load http-fresh-64 2 64
load http-one 1 1
for port in 18080 18081; do
  if [ $port = 18080 ]; then echo "http-echo wippy"; else echo "http-echo wasmtime"; fi
  python3 "$work/echo.py" $port || echo "  failed"
done
grep VmHWM /proc/$first/status /proc/$second/status
