# `make help` lists the targets.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift

# The Swift run-time is linked statically, so that the command needs nothing but libwasmtime and starts in milliseconds.
# lld is several times faster, and says nothing about what Foundation links. Optimization across modules makes a spawn an
# eighth cheaper. Overlapping accesses are found by the tests, which are built with their checks.
RELEASE_FLAGS := -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xswiftc -cross-module-optimization \
  -Xswiftc -enforce-exclusivity=unchecked
WIPPY := .build/release/wippy
LIBRARY := .deps/wasmtime/lib/libwasmtime.so

.PHONY: help setup bootstrap build test test-release demo bench conformance-wasi conformance-otp conformance-component scripts guests guests-check format \
  lint install uninstall clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what building needs and is missing (python3, pip, Lua)
	@sh Scripts/setup.sh

bootstrap: setup
	@sh Scripts/bootstrap.sh

build: bootstrap ## Build the command: .build/release/wippy, and wippy-http beside it
	$(SWIFT) build $(RELEASE_FLAGS) --product wippy
	$(SWIFT) build $(RELEASE_FLAGS) --product wippy-http

# In debug mode, `wippy` and `wippy-http` too: a release build takes longer than everything else.
test: bootstrap guests-check ## Build, then run all tests
	@SWIFT="$(SWIFT)" sh Scripts/test.sh

test-release: build guests-check ## Run the integration tests with the release build
	@WIPPY_BINARY="$(CURDIR)/$(WIPPY)" SWIFT="$(SWIFT)" sh Scripts/test.sh IntegrationTests

conformance-wasi: build ## Run the preview 1 tests of wasi-testsuite; SUITE=DIR is a checkout of prod/testsuite-base
	@python3 Conformance/WASI/run.py $(WIPPY) "$(SUITE)"

demo: build guests-check ## Build, then run the example project
	@sh Scripts/demo.sh

bench: build guests-check ## Measure against the bare engine; BENCH_JSON=FILE writes the table as JSON
	@RELEASE_FLAGS='$(RELEASE_FLAGS)' sh Benchmarks/run.sh

conformance-otp: bootstrap ## Run the supervision scenarios on Erlang/OTP and here, and compare
	@SWIFT='$(SWIFT)' sh Scripts/conformance-otp.sh

conformance-component: bootstrap ## Run the .wast files below SUITE=DIR
	@SWIFT='$(SWIFT)' sh Conformance/component.sh "$(SUITE)"

scripts: bootstrap ## Build the fixtures of Tests/Fixtures/scripts from their .wast files
	@python3 Scripts/record-scripts.py

guests: bootstrap ## Build the WebAssembly guests from their sources
	$(MAKE) -C Guests

# The committed binaries are checked against their sources; the Python guest is large and built where it is needed.
guests-check: bootstrap
	@$(MAKE) --no-print-directory -C Guests check
	@$(MAKE) --no-print-directory -C Guests python

format: ## Format all Swift sources
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests Conformance Benchmarks

lint: ## Check the format of all Swift sources
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests Conformance Benchmarks

# The library lies beside the command, where the command looks for it; PREFIX/bin holds a link.
install: build ## Install to PREFIX (/usr/local)
	install -d "$(DESTDIR)$(PREFIX)/lib/wippy" "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(WIPPY) "$(DESTDIR)$(PREFIX)/lib/wippy/wippy"
	install -m 755 $(WIPPY)-http "$(DESTDIR)$(PREFIX)/lib/wippy/wippy-http"
	@command -v strip > /dev/null && strip "$(DESTDIR)$(PREFIX)/lib/wippy/wippy" "$(DESTDIR)$(PREFIX)/lib/wippy/wippy-http" || true
	install -m 644 $(LIBRARY) "$(DESTDIR)$(PREFIX)/lib/wippy/libwasmtime.so"
	ln -sfn ../lib/wippy/wippy "$(DESTDIR)$(PREFIX)/bin/wippy"

uninstall: ## Remove what `install` put there
	rm -rf "$(DESTDIR)$(PREFIX)/lib/wippy"
	rm -f "$(DESTDIR)$(PREFIX)/bin/wippy"

clean: ## Remove everything that was built (not .deps)
	$(SWIFT) package clean
