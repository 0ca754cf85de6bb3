import Testing
import WippyCore

@testable import WippyRegistry

@Suite struct ProcessEntryTests {
  private let yaml = """
    namespace: app
    entries:
    - {name: bin, kind: fs.directory, directory: bin}
    - {name: h, kind: process.host}
    - name: handler
      kind: process.lua
      source: file://lua/handler.lua
      method: main
      modules: [time, json]
      imports: {utils: helpers}
      limits: {max_memory: 8MiB}
      meta: {command: {name: handle}}
    - name: inline
      kind: function.lua
      method: run
      source: |
        return {run = function() end}
    - {name: helpers, kind: library.lua, source: 'return {}'}
    - {name: text, kind: function.wat, source: (module), method: run}
    - {name: service, kind: process.service, process: handler, host: h, input: [6, x], instances: 3,
       lifecycle: {auto_start: true, requires: [helpers]}}
    - name: tree
      kind: process.supervisor
      host: h
      strategy: rest_for_one
      intensity: 3
      period: 10s
      children:
      - {id: a, process: handler, restart: transient, shutdown: brutal_kill, input: [1]}
      - {id: b, supervisor: leaf}
      - {id: c, process: handler, shutdown: 2s}
    - {name: leaf, kind: process.supervisor, host: h}

    """

  private func load() throws -> Registry {
    let registry = try ProjectFixture([
      "src/_index.yaml": yaml, "src/lua/handler.lua": "return {main = print}\n",
    ]).load()
    #expect(registry.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
    return registry
  }

  @Test func luaFromAFile() throws {
    let registry = try load()
    let entry = try LuaEntry(try registry.requireEntry(id("app:handler")))
    #expect(entry.source == "return {main = print}\n")
    #expect(entry.file == "src/lua/handler.lua")
    #expect(entry.firstLine == 1)
    #expect(entry.method == "main")
    #expect(entry.modules == ["time", "json"])
    #expect(entry.libraries == [LuaEntry.Library(alias: "utils", entry: try id("app:helpers"))])
    #expect(entry.command?.name == "handle")
    #expect(registry.limits(of: entry).maxMemory == 8 << 20)
  }

  @Test func luaInAnEntry() throws {
    let registry = try load()
    let entry = try LuaEntry(try registry.requireEntry(id("app:inline")))
    #expect(entry.file == "src/_index.yaml")
    #expect(entry.firstLine == 17)
    #expect(registry.limits(of: entry).maxMemory == 64 << 20)
    let library = try LuaEntry(try registry.requireEntry(id("app:helpers")))
    #expect(library.method == nil)
    #expect(library.firstLine == 18)
  }

  @Test func webAssemblyText() throws {
    let entry = try WasmEntry(try load().requireEntry(id("app:text")))
    #expect(entry.code == .text("(module)"))
    #expect(entry.codeName == "`source`")
  }

  @Test func service() throws {
    let entry = try ServiceEntry(try load().requireEntry(id("app:service")))
    #expect(entry.process == (try id("app:handler")))
    #expect(entry.input == [.integer(6), .string("x")])
    #expect(entry.instances == 3)
    #expect(entry.lifecycle.autoStart)
  }

  @Test func supervisor() throws {
    let registry = try load()
    let tree = try SupervisorEntry(try registry.requireEntry(id("app:tree")))
    #expect(tree.strategy == .restForOne)
    #expect(tree.intensity == 3)
    #expect(tree.period == .seconds(10))
    #expect(tree.children.map(\.id) == ["a", "b", "c"])
    #expect(tree.children.map(\.shutdown) == [.brutalKill, .infinity, .time(.seconds(2))])
    #expect(tree.children[0].restart == .transient)
    #expect(tree.children[0].input == [.integer(1)])
    #expect(tree.children[1].target == .supervisor(try id("app:leaf")))
    let leaf = try SupervisorEntry(try registry.requireEntry(id("app:leaf")))
    #expect(leaf.intensity == 1)
    #expect(leaf.period == .seconds(5))
  }
}
