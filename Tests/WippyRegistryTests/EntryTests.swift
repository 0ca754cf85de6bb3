import Testing
import WippyCore

@testable import WippyRegistry

@Suite struct EntryTests {
  private let yaml =
    "namespace: app\nentries:\n"
    + worker(
      "wit: 'run: func()'", "imports: [wasi:cli, preview1]",
      "wasi: {args: [a, 1], cwd: /app, env: [{id: v, name: F, required: true}], network: {allow: ['*:443']},",
      "  mounts: [{fs: 'other:data', guest: /data, read_only: true}]}",
      "limits: {max_memory: 64MB, max_cpu_ms: 7}",
      "lifecycle: {auto_start: true, requires: [h], depends_on: ['app:t'], stop_timeout: 1m30s,",
      "  restart: {policy: permanent, backoff_factor: 3, max_attempts: 4}}",
      "meta: {command: {name: work, short: Works}, title: T}")
      + """
        - {name: v, kind: env.variable, storage: s}
        - {name: s, kind: env.storage.os}
        - {name: h, kind: process.host, host: {workers: 3, queue_size: 9, max_processes: 0}}
        - {name: t, kind: terminal.host, hide_logs: true, meta: {command: {name: ignored}}}

      """

  private func load() throws -> Registry {
    let registry = try ProjectFixture([
      "src/_index.yaml": yaml,
      "src/other.yaml":
        "namespace: other\nentries:\n- {name: data, kind: fs.directory, directory: d, mode: '700'}\n",
    ]).load()
    #expect(registry.diagnostics.map(\.description) == [])
    return registry
  }

  @Test func processWasm() throws {
    let registry = try load()
    let entry = try registry.requireEntry(id("app:worker"))
    let process = try WasmEntry(entry)
    let hash = try #require(ContentDigest(declared: "sha256:\(digits)"))
    #expect(process.code == .binary(filesystem: try id("app:bin"), path: "/worker.wasm", hash: hash))
    #expect(process.method == "run")
    #expect(process.wit == "run: func()")
    #expect(process.imports.map(\.group) == ["wasi:cli", "wasi_snapshot_preview1"])
    #expect(process.wasi.arguments == ["a", "1"])
    #expect(process.wasi.workingDirectory == "/app")
    #expect(
      process.wasi.environment == [
        WASIConfiguration.Variable(id: try id("app:v"), name: "F", isRequired: true, path: "wasi.env[0]")
      ])
    #expect(process.wasi.allow == [try #require(NetworkRule("*:443"))])
    #expect(
      process.wasi.mounts == [
        WASIConfiguration.Mount(
          filesystem: try id("other:data"), guestPath: "/data", isReadOnly: true, path: "wasi.mounts[0]")
      ])
    #expect(process.limits.maxMemory == 64_000_000)
    #expect(process.limits.maxCPUMilliseconds == 7)
    #expect(process.lifecycle.autoStart)
    #expect(process.lifecycle.requires == [try id("app:h"), try id("app:t")])
    #expect(process.lifecycle.stopTimeout == .seconds(90))
    #expect(process.lifecycle.startTimeout == .seconds(10))
    #expect(process.lifecycle.restart.policy == .permanent)
    #expect(process.lifecycle.restart.backoffFactor == 3)
    #expect(process.lifecycle.restart.maxAttempts == 4)
    #expect(process.command?.name == "work")
    #expect(entry.meta["title"] == .string("T"))
    #expect(entry.fields["method"] == .string("run"))
    #expect(entry.fields["meta"] == nil)
    #expect(
      registry.dependencies(of: entry.id).map(\.description) == [
        "app:bin", "app:v", "other:data", "app:h", "app:t",
      ])
  }

  @Test func positionsOfFields() throws {
    let entry = try load().requireEntry(id("app:worker"))
    #expect(entry.position.description == "src/_index.yaml:4:5")
    #expect(entry.position(of: "hash").description == "src/_index.yaml:8:11")
    #expect(entry.position(of: "imports[1]").description == "src/_index.yaml:11:25")
    #expect(entry.position(of: "wasi.mounts[0].guest").description == "src/_index.yaml:13:42")
    #expect(entry.position(of: "meta.command.name").description == "src/_index.yaml:17:28")
    #expect(entry.position(of: "imports[9]") == entry.position(of: "imports"))
    #expect(entry.position(of: "nothing.at.all") == entry.position)
    #expect(
      entry.diagnostic(at: "hash", "the file has another digest").description
        == "src/_index.yaml:8:11: app:worker: the file has another digest")
  }

  @Test func hosts() throws {
    let registry = try load()
    let host = try ProcessHostEntry(try registry.requireEntry(id("app:h")))
    #expect(host.workers == 3)
    #expect(host.queueSize == 9)
    #expect(host.localQueueSize == nil)
    #expect(host.maxProcesses == nil)
    #expect(try TerminalHostEntry(try registry.requireEntry(id("app:t"))).hidesLogs)
  }

  @Test func commandsAreSorted() throws {
    let more = worker("meta: {command: {name: b}}").replacing("worker\n", with: "w2\n")
    let registry = try ProjectFixture.load(
      "namespace: app\nentries:\n" + worker("meta: {command: {name: c, short: Last}}")
        + more.replacing("name: bin", with: "name: bin2"))
    #expect(registry.commands.map(\.name) == ["b", "c"])
    #expect(registry.command(named: "c")?.short == "Last")
    #expect(registry.command(named: "b")?.short == "")
    #expect(try load().commands.map(\.name) == ["work"])
  }

  @Test func viewsRefuseOtherKinds() throws {
    let entry = try load().requireEntry(id("app:h"))
    #expect(throws: RegistryError.wrongKind(entry.id, kind: "process.host", expected: "process.wasm")) {
      try WasmEntry(entry)
    }
  }

  @Test func viewsOfInvalidEntriesThrow() throws {
    let registry = try ProjectFixture.load(
      "namespace: a\nentries:\n- {name: w, kind: process.wasm, fs: 'x y'}\n")
    #expect(throws: RegistryError.self) { try WasmEntry(try registry.requireEntry(id("a:w"))) }
  }

  @Test func mergeKeysAndAnchors() throws {
    let registry = try ProjectFixture.load(
      """
      namespace: app
      entries:
      - {name: a, kind: registry.entry, base: &base {x: 1, y: 2}, list: &list [1]}
      - {name: b, kind: registry.entry, more: {<<: *base, y: 3}, all: {<<: [{z: 1}, *base]}, same: *list}
      """)
    let fields = try registry.requireEntry(id("app:b")).fields
    #expect(fields["more"] == .table([.init("y", .integer(3)), .init("x", .integer(1))]))
    #expect(fields["all"]?["z"] == .integer(1))
    #expect(fields["all"]?["y"] == .integer(2))
    #expect(fields["same"] == .array([.integer(1)]))
  }
}
