import Testing

@testable import WippyRegistry

@Suite struct FieldTests {
  @Test func aCorrectProjectHasNoProblems() throws {
    let entries = """
        - {name: processes, kind: process.host, host: {workers: 2, max_processes: 0}, lifecycle: {auto_start: true}}
        - {name: terminal, kind: terminal.host, hide_logs: true}
        - {name: os, kind: env.storage.os}
        - {name: format, kind: env.variable, variable: FORMAT, storage: os, default: csv, readonly: true}
        - {name: data, kind: fs.directory, directory: ./data, auto_init: true, mode: 0755}
        - {name: anything, kind: registry.entry, a: 1, b: {c: [2]}}

      """
    let all = worker(
      "wit: 'run: func()'", "imports: [wasi:cli, wasi:io/streams@0.2.3, preview1, funcs]",
      "transport: payload",
      "wasi: {args: [a, 1], cwd: /app, env: [{id: format, name: F, required: true}], network: {allow: ['*:443']},",
      "  mounts: [{fs: data, guest: /data, read_only: true}]}",
      "limits: {max_execution_ms: 1, max_cpu_ms: 2, max_memory: 64MiB, max_mailbox: 1, max_mailbox_bytes: 5,",
      "  max_resources: 3, cancel_grace_ms: 0}", "lifecycle: {requires: [processes]}",
      "meta: {command: {name: work, short: Works}, comment: hello, other: [1]}")
    #expect(try ProjectFixture.problems(entries + all) == [])
  }

  @Test(arguments: [
    ("metod: x", "9:5: app:worker: unknown field `metod`: did you mean `method`?"),
    ("wasi: {arg: [x]}", "9:12: app:worker: unknown field `wasi.arg`: did you mean `args`?"),
    (
      "wasi: {network: {deny: x}}",
      "9:22: app:worker: unknown field `wasi.network.deny`: `wasi.network` has `allow`"
    ),
    ("imports: wasi:cli", "9:14: app:worker: `imports`: expected a list, got the string \"wasi:cli\""),
    ("wit: 5", "9:10: app:worker: `wit`: expected a string, got the number `5`"),
    ("wit: [a]", "9:10: app:worker: `wit`: expected a string, got a list"),
    ("meta: 5", "9:11: app:worker: `meta`: expected a map, got the number `5`"),
    (
      "limits: {max_memory: 64mb}",
      "9:26: app:worker: `limits.max_memory`: expected a size such as `64MiB`, or a number of bytes, got the string "
        + "\"64mb\""
    ),
    (
      "limits: {max_memory: -1}",
      "9:26: app:worker: `limits.max_memory`: expected a size such as `64MiB`, or a number of bytes, got the number "
        + "`-1`"
    ),
    (
      "limits: {max_cpu_ms: 0}",
      "9:26: app:worker: `limits.max_cpu_ms`: expected a whole number of at least 1, got the number `0`"
    ),
    (
      "limits: {max_cpu_ms: 1.5}",
      "9:26: app:worker: `limits.max_cpu_ms`: expected a whole number of at least 1, got the number `1.5`"
    ),
    (
      "lifecycle: {stop_timeout: 10}",
      "9:31: app:worker: `lifecycle.stop_timeout`: expected a duration such as `10s`, `500ms` or `1h30m`, got the "
        + "number `10`"
    ),
    (
      "lifecycle: {auto_start: yes}",
      "9:29: app:worker: `lifecycle.auto_start`: expected `true` or `false`, got the string \"yes\""
    ),
    (
      "lifecycle: {restart: {policy: permanet}}",
      "9:35: app:worker: `lifecycle.restart.policy`: expected one of `permanent`, `transient`, `temporary`, got the "
        + "string \"permanet\": did you mean `permanent`?"
    ),
    (
      "lifecycle: {restart: {jitter: 2}}",
      "9:35: app:worker: `lifecycle.restart.jitter`: expected a number from 0.0 to 1.0, got the number `2`"
    ),
    (
      "wasi: {cwd: app}",
      "9:17: app:worker: `wasi.cwd`: \"app\" is not absolute: write a path that begins with `/`"
    ),
    (
      "wasi: {mounts: [{fs: bin, guest: data}]}",
      "9:38: app:worker: `wasi.mounts[0].guest`: \"data\" is not absolute: write a path that begins with `/`"
    ),
    (
      "wasi: {mounts: [{fs: bin, guest: /a}, {fs: bin, guest: /a/}]}",
      "9:60: app:worker: `wasi.mounts[1].guest`: the guest path `/a/` is mounted twice: give each mount a path of its "
        + "own"
    ),
    (
      "wasi: {mounts: [{fs: bin, guest: /a/../b}]}",
      "9:38: app:worker: `wasi.mounts[0].guest`: \"/a/../b\" has `..`: write the path without it"
    ),
    (
      "wasi: {mounts: [{guest: /a}]}",
      "9:21: app:worker: the field `wasi.mounts[0].fs` is missing: add `fs: ...` (the id of an entry, "
        + "`namespace:name`)"
    ),
    (
      "wasi: {network: {allow: [nowhere]}}",
      "9:30: app:worker: `wasi.network.allow[0]`: \"nowhere\" is no address rule: write `host:port`, "
        + "`10.0.0.0/8:port`, `*.domain:port`, `*:443`, or `listen:port`"
    ),
    (
      "imports: [wasi:cli, wasi:clock]",
      "9:25: app:worker: `imports[1]`: there is no import group `wasi:clock`: did you mean `wasi:clocks`?"
    ),
    (
      "transport: wasi-http",
      "9:16: app:worker: `transport: wasi-http` belongs to functions: make the entry a `function.wasm`, or remove the "
        + "line"
    ),
    ("pool: {size: 5}", "9:5: app:worker: `pool` has no effect: a process has no pool"),
    (
      "meta: {command: {name: list}}",
      "9:28: app:worker: `meta.command.name`: a command cannot be called `list`, which lists the commands: choose "
        + "another name"
    ),
    (
      "meta: {command: {short: x}}",
      "9:21: app:worker: the field `meta.command.name` is missing: add `name: ...` (a string)"
    ),
  ])
  func problemsOfOneField(_ line: String, _ expected: String) throws {
    #expect(try ProjectFixture.problems(worker(line)) == ["src/_index.yaml:10" + expected.dropFirst(1)])
  }

  @Test func securityIsRefused() throws {
    let problems = try ProjectFixture.problems(worker("lifecycle: {security: {policies: [x]}}"))
    #expect(problems.count == 1)
    #expect(
      problems[0].hasPrefix("src/_index.yaml:10:17: app:worker: `lifecycle.security`: security policies"))
    let absent = try ProjectFixture.load(
      "namespace: a\nentries:\n- {name: d, kind: db.sql.sqlite, lifecycle: {security: {actor: x}}}\n")
    #expect(absent.hasErrors)
  }

  @Test func aPoolIsANotice() throws {
    let registry = try ProjectFixture.load("namespace: app\nentries:\n" + worker("pool: {type: lazy}"))
    #expect(registry.diagnostics.map(\.severity) == [.notice])
  }

  @Test(arguments: [
    ("sha256:abc", "the digest has 3 hex digits"),
    ("sha256:...", "the digest \"...\" has characters that are no hex digits"),
    ("md5:" + digits, "the algorithm `md5` is not served"),
    (digits, "the digest \"\(digits.prefix(60))...\" names no algorithm"),
  ])
  func hashes(_ hash: String, _ problem: String) throws {
    let entries = worker().replacing("sha256:\(digits)", with: hash)
    #expect(
      try ProjectFixture.problems(entries) == [
        "src/_index.yaml:8:11: app:worker: `hash`: \(problem): expected `sha256:` and 64 hex digits, which `wippy hash "
          + "FILE` prints"
      ])
  }

  @Test func everyProblemIsReported() throws {
    let problems = try ProjectFixture.problems("- {name: w, kind: process.wasm, fs: [1], mehod: x}\n")
    #expect(
      problems == [
        "src/_index.yaml:3:3: app:w: the field `hash` is missing: add `hash: ...` (a string)",
        "src/_index.yaml:3:3: app:w: the field `method` is missing: add `method: ...` (a string)",
        "src/_index.yaml:3:3: app:w: the field `path` is missing: add `path: ...` (a string)",
        "src/_index.yaml:3:37: app:w: `fs`: expected the id of an entry, `namespace:name`, got a list",
        "src/_index.yaml:3:42: app:w: unknown field `mehod`: did you mean `method`?",
      ])
  }

  @Test(arguments: [
    ("kind: process.wsm", "unknown kind `process.wsm`: did you mean `process.wasm`"),
    ("kind: banana", "unknown kind `banana`: see the kinds of the registry's documentation"),
  ])
  func unknownKinds(_ kind: String, _ expected: String) throws {
    let problems = try ProjectFixture.problems("- {name: x, \(kind), anything: 1}\n")
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("src/_index.yaml:3:19: app:x: \(expected)"))
  }

  @Test func wippysOwnKindsWarnOnce() throws {
    let kinds = [
      "exec.native", "db.sql.sqlite", "queue.queue", "store.memory", "queue.driver.new", "workflow.lua",
    ]
    for kind in kinds {
      let registry = try ProjectFixture.load(
        "namespace: a\nentries:\n- {name: x, kind: \(kind), a: {b: 1}}\n")
      #expect(registry.diagnostics.map(\.severity) == [.warning])
      #expect(registry.entries.first?.unsupported == ["the kind `\(kind)` is not part of this runtime"])
    }
    let router = try ProjectFixture.load(
      """
      namespace: a
      entries:
      - {name: s, kind: http.service, addr: ":8090"}
      - {name: r, kind: http.router, meta: {server: s}, middleware: [cors]}
      """)
    #expect(
      router.diagnostics.map(\.description) == [
        "src/_index.yaml:4:51: a:r: `middleware` is not part of this runtime: the entry is loaded, and fails when it is "
          + "started; remove the field"
      ])
    #expect(router.entry(try id("a:r"))?.unsupported == ["`middleware` is not part of this runtime"])
    #expect(router.entry(try id("a:s"))?.unsupported == [])
  }

  @Test func aliasesOfFieldsAreOneField() throws {
    let problems = try ProjectFixture.problems(
      "- {name: os, kind: env.storage.os}\n"
        + "- {name: v, kind: env.variable, storage: os, read_only: true, readonly: true}\n")
    #expect(
      problems == ["src/_index.yaml:4:63: app:v: `readonly` and `read_only` are the same field: keep one"])
  }

  @Test func nullIsAbsent() throws {
    #expect(try ProjectFixture.problems(worker("wasi:", "limits: ~", "meta:")) == [])
    let problems = try ProjectFixture.problems("- {name: d, kind: fs.directory, directory: }\n")
    #expect(
      problems == [
        "src/_index.yaml:3:3: app:d: the field `directory` is missing: add `directory: ...` (a string)"
      ])
  }

  @Test func supervisors() throws {
    let problems = try ProjectFixture.problems(
      worker() + """
          - name: tree
            kind: process.supervisor
            strategy: simple_one_for_one
            children:
              - {id: a, process: worker, shutdown: brutal_kill}
              - {id: a, supervisor: tree2, process: worker, shutdown: infinity}
              - {id: b}
          - {name: tree2, kind: process.supervisor, host: h, children: [{id: x, process: worker, shutdown: 5x}]}
          - {name: h, kind: process.host}
        """)
    #expect(
      problems.map { String($0.dropFirst("src/_index.yaml:".count)) } == [
        "14:7: app:tree: `simple_one_for_one` takes one child as its template, got 3: write one",
        "14:9: app:tree: `children[0]` is a process, and the supervisor has no host: add `host: ...`",
        "15:14: app:tree: `children[1].id`: there are two children `a`: give each its own id",
        "15:29: app:tree: `children[1]` has both a process and a supervisor: keep one",
        "16:9: app:tree: `children[2]` names nothing to run: add `process: ...` or `supervisor: ...`",
        "17:100: app:tree2: `children[0].shutdown`: expected a duration such as `5s`, `brutal_kill` or `infinity`, got "
          + "the string \"5x\"",
      ])
  }

  @Test func functionsAndHTTP() throws {
    let problems = try ProjectFixture.problems(
      """
        - {name: web, kind: http.service, addr: ":8090", tls: {certificate: c, key: k}, timeouts: {read: 5s, idle: 0},
           limits: {body_bytes: 1MB, connections: 5}, http2: false, health: false}
        - {name: api, kind: http.router, server: web, prefix: api}
        - {name: hello, kind: http.endpoint, router: api, method: get, path: /x, func: f}
        - {name: lost, kind: http.endpoint, method: GET, path: /x, func: f}
        - {name: f, kind: function.wat, source: (module), method: x, pool: {min_size: 5, max_size: 2, worker_class: wasm},
           meta: {command: {name: x}}}
        - {name: files, kind: http.static, path: /, fs: d, meta: {router: api}}
        - {name: d, kind: fs.directory, directory: d, lifecycle: {auto_start: true}}
      """)
    #expect(
      problems.map { String($0.dropFirst("src/_index.yaml:".count)) } == [
        "5:57: app:api: `prefix`: \"api\" is no URL path: begin it with `/`",
        "6:61: app:hello: `method`: expected one of `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS`, `TRACE`, "
          + "got the string \"get\": did you mean `GET`?",
        "7:5: app:lost: the field `router` or `meta.router` is missing: add one (the id of an entry)",
        "8:81: app:f: `pool.min_size` is above `pool.max_size`: write at most 2",
        "8:97: app:f: `pool.worker_class` has no effect: guests are preempted, so they need no threads of their own",
        "9:13: app:f: `meta.command`: a function cannot be a command: make it a `process.wasm` or `process.lua`",
        "11:49: app:d: `lifecycle` has no effect: this kind does not run",
      ])
  }
}
