import Testing

@testable import WippyRegistry

@Suite struct ReferenceTests {
  @Test func missingEntriesAreNamedWithTheNearest() throws {
    let problems = try ProjectFixture.problems(
      """
      - {name: storage, kind: env.storage.os}
      - {name: a, kind: env.variable, storage: storge}
      - {name: b, kind: env.variable, storage: other:storage}
      - {name: c, kind: env.variable, storage: completely:different}
      - {name: d, kind: env.variable, storage: "a b"}
      """)
    #expect(
      problems == [
        "src/_index.yaml:4:42: app:a: `storage`: there is no entry `app:storge`: did you mean `app:storage`?",
        "src/_index.yaml:5:42: app:b: `storage`: there is no entry `other:storage`: did you mean `app:storage`?",
        "src/_index.yaml:6:42: app:c: `storage`: there is no entry `completely:different`: define it, or name another "
          + "entry",
        "src/_index.yaml:7:42: app:d: `storage`: \"a b\" is no id: write `namespace:name` with letters, digits, `_`, "
          + "`-` and dots",
      ])
  }

  @Test func kindsOfReferences() throws {
    let problems = try ProjectFixture.problems(
      """
      - {name: dir, kind: fs.directory, directory: x}
      - {name: mem, kind: env.storage.memory}
      - {name: a, kind: env.variable, storage: dir}
      - {name: b, kind: env.variable, storage: odd}
      - {name: odd, kind: env.storge.os}
      """)
    #expect(problems.count == 2)
    #expect(
      problems[0]
        == "src/_index.yaml:5:42: app:a: `storage`: entry `app:dir` is a `fs.directory`, and `env.storage.*` is needed: "
        + "name another entry")
    #expect(problems[1].contains("unknown kind `env.storge.os`: did you mean `env.storage.os`"))
  }

  @Test func duplicates() throws {
    let fixture = try ProjectFixture([
      "src/a.yaml": "namespace: app\nentries:\n- {name: x, kind: env.storage.os}\n",
      "src/b.yaml": "namespace: app\nentries:\n- {name: x, kind: env.storage.os}\n"
        + "- {name: v, kind: env.variable, storage: x, variable: V}\n"
        + "- {name: w, kind: env.variable, storage: x, variable: V}\n",
    ])
    #expect(
      try fixture.load().diagnostics.map(\.description) == [
        "src/b.yaml:3:10: app:x: there is already an entry `app:x` at src/a.yaml:3:3: choose another name",
        "src/b.yaml:5:55: app:w: the variable `V` is already there: app:v at src/b.yaml:4:3 has it; choose another name",
      ])
  }

  @Test func duplicateCommands() throws {
    let second = worker("meta: {command: {name: go}}").replacing("name: worker", with: "name: worker2")
      .replacing("name: bin", with: "name: bin2")
    let problems = try ProjectFixture.problems(worker("meta: {command: {name: go}}") + second)
    #expect(
      problems == [
        "src/_index.yaml:18:28: app:worker2: the command `go` is already there: app:worker at src/_index.yaml:4:5 has "
          + "it; choose another name"
      ])
  }

  @Test func cycles() throws {
    let problems = try ProjectFixture.problems(
      """
      - {name: c, kind: process.host, lifecycle: {requires: [a]}}
      - {name: a, kind: process.host, lifecycle: {depends_on: [b]}}
      - {name: b, kind: process.host, lifecycle: {requires: [c]}}
      - {name: self, kind: env.storage.router, storages: [self]}
      - {name: fine, kind: process.host, lifecycle: {requires: [a, b]}}
      """)
    #expect(
      problems == [
        "src/_index.yaml:3:56: app:c: these entries need each other: app:c -> app:a -> app:b -> app:c: remove one of "
          + "the references",
        "src/_index.yaml:6:53: app:self: these entries need each other: app:self -> app:self: remove one of the "
          + "references",
      ])
  }

  @Test func bootOrderHasDependenciesFirst() throws {
    let registry = try ProjectFixture.load(
      """
      namespace: app
      entries:
      - {name: a, kind: process.host, lifecycle: {requires: [b, c]}}
      - {name: b, kind: process.host, lifecycle: {requires: [d]}}
      - {name: c, kind: process.host, lifecycle: {requires: [d], depends_on: [b, d]}}
      - {name: d, kind: process.host}
      - {name: e, kind: process.host}
      """)
    #expect(registry.diagnostics.isEmpty)
    #expect(registry.dependencies(of: try id("app:c")).map(\.name) == ["d", "b"])
    #expect(registry.bootOrder(of: [try id("app:a")]).map(\.name) == ["d", "b", "c", "a"])
    #expect(registry.entries(ofKindGlob: "process.*").count == 5)
    #expect(registry.entries(ofKindGlob: "*.wasm").isEmpty)
  }

  @Test func aLongChainOfDependenciesIsFine() throws {
    let count = 20_000
    let lines = (0..<count).map { number in
      "- {name: e\(number), kind: process.host, lifecycle: {requires: [e\(number + 1)]}}\n"
    }
    let registry = try ProjectFixture.load(
      "namespace: app\nentries:\n" + lines.joined() + "- {name: e\(count), kind: process.host}\n")
    #expect(registry.diagnostics.isEmpty)
    #expect(registry.bootOrder(of: [try id("app:e0")]).count == count + 1)
  }

  @Test func unknownIDsAreSuggested() throws {
    let registry = try ProjectFixture.load("namespace: app\nentries:\n- {name: greet, kind: process.host}\n")
    #expect(throws: RegistryError.unknownEntry(try id("app:gret"), suggestion: "did you mean `app:greet`?")) {
      try registry.requireEntry(try id("app:gret"))
    }
  }
}
