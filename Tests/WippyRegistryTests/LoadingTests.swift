import Foundation
import Testing

@testable import WippyRegistry

@Suite struct LoadingTests {
  private let storage = "entries:\n- {name: os, kind: env.storage.os}\n"

  @Test func definitionFilesMayHaveAnyName() throws {
    let fixture = try ProjectFixture([
      "src/_index.yaml": "version: \"1.0\"\nnamespace: a\n" + storage,
      "src/deep/er/x.yml": "namespace: b\n" + storage,
      "src/c.json": #"{"namespace": "c", "entries": [{"name": "os", "kind": "env.storage.os"}]}"#,
      "src/single.yaml": "namespace: d\nname: os\nkind: env.storage.os\n",
      "src/data.yaml": "name: x\nkind: Deployment\nmetadata: {namespace: y}\n",
      "src/list.json": "[\"namespace\", \"entries\"]",
      "src/note.txt": "namespace: x\nentries: 5\n",
      "src/.git/x.yaml": "namespace: git\n" + storage,
      "src/.build/x.yaml": "namespace: build\n" + storage,
      "src/node_modules/m/x.yaml": "namespace: node\n" + storage,
      "src/.wippy/x.yaml": "namespace: hidden\n" + storage,
    ])
    let registry = try fixture.load()
    #expect(registry.entries.map(\.id.description) == ["a:os", "b:os", "c:os", "d:os", "hidden:os"])
    #expect(registry.diagnostics.isEmpty)
    #expect(
      registry.definitionFiles == [
        "src/.wippy/x.yaml", "src/_index.yaml", "src/c.json", "src/deep/er/x.yml", "src/single.yaml",
      ])
  }

  @Test func entriesWithoutNamespace() throws {
    #expect(
      try ProjectFixture.load("\nentries:\n- {name: os, kind: env.storage.os}\n").diagnostics.map(
        \.description) == [
          "src/_index.yaml:2:1: there are `entries` without a namespace: add the line `namespace: myns` above them"
        ])
  }

  @Test func namespaceWithoutEntriesIsAWarning() throws {
    let registry = try ProjectFixture.load("namespace: app\n")
    #expect(
      registry.diagnostics.map(\.description) == [
        "src/_index.yaml:1:12: the file has a namespace and no entries: add `entries:` and a list below it"
      ])
    #expect(!registry.hasErrors)
  }

  @Test(arguments: [
    ("version: 2\nnamespace: a\nentries: []\n", "1:10: version `2` is not known: write `version: \"1.0\"`"),
    (
      "namespace: a b\nentries: []\n",
      "1:12: `namespace`: expected letters, digits, `_`, `-` and dots, got the string \"a b\""
    ),
    (
      "namespace: a\nentries: 5\n",
      "2:10: `entries`: expected a list, got the number `5`: write `- name: ...` below it"
    ),
    ("namespace: a\nentries:\n- 5\n", "3:3: expected an entry with `name` and `kind`, got the number `5`"),
    ("namespace: a\nentries:\n- kind: env.storage.os\n", "3:3: the entry has no name: add `name: ...`"),
    (
      "namespace: a\nentries:\n- {name: \"x y\", kind: env.storage.os}\n",
      "3:10: `name`: expected letters, digits, `_`, `-` and dots, got the string \"x y\""
    ),
    (
      "namespace: a\nentries:\n- name: x\n",
      "3:3: a:x: the field `kind` is missing: add `kind: ...`, for example `kind: process.wasm`"
    ),
    (
      "namespace: a\nentrys: 1\nentries: []\n",
      "2:1: unknown key `entrys`, which is ignored: did you mean `entries`?"
    ),
  ])
  func malformedFiles(_ yaml: String, _ expected: String) throws {
    #expect(try ProjectFixture.load(yaml).diagnostics.map(\.description) == ["src/_index.yaml:" + expected])
  }

  @Test func syntaxErrorsHavePlaces() throws {
    let registry = try ProjectFixture([
      "src/a.yaml": "namespace: a\nentries:\n  - name: x\n   kind: y\n",
      "src/b.yaml": "namespace: b\nentries:\n\t- name: x\n",
      "src/c.yaml": "entries: [\n",
      "src/d.yaml": "namespace: d\nentries:\n- name: x\n  kind: env.storage.os\n  name: y\n",
      "src/e.yaml": "namespace: e\n---\nentries: []\n",
      "src/template.yaml": "{{ .Values.namespace }}: [\n",
    ]).load()
    let places = registry.diagnostics.map { "\($0.position)" }
    #expect(
      places == ["src/a.yaml:4:4", "src/b.yaml:3:1", "src/c.yaml:2:1", "src/d.yaml:3:3", "src/e.yaml:2:1"])
    #expect(registry.diagnostics.allSatisfy { $0.severity == .error })
    #expect(
      registry.diagnostics[3].message == "the key `name` is written more than once in this map: keep one")
    #expect(registry.diagnostics[1].message.contains("indent with spaces"))
  }

  @Test func aBrokenFileDoesNotMakeItsReferencesWrong() throws {
    let registry = try ProjectFixture([
      "src/a.yaml": "namespace: a\nentries: [\n",
      "src/b.yaml": "namespace: b\nentries:\n- {name: v, kind: env.variable, storage: a:os}\n"
        + "- {name: w, kind: env.variable, storage: c:os}\n",
    ]).load()
    #expect(registry.diagnostics.map(\.file) == ["src/a.yaml", "src/b.yaml"])
    #expect(registry.diagnostics[1].message.contains("no entry `c:os`"))
  }

  @Test func symbolicLinks() throws {
    let outside = try ProjectFixture(["x.yaml": "namespace: outside\n" + storage])
    let fixture = try ProjectFixture([
      "src/a/x.yaml": "namespace: a\n" + storage, "shared/y.yaml": "namespace: shared\n" + storage,
    ])
    try fixture.link("src/a/loop", to: fixture.path("src"))
    try fixture.link("src/self", to: fixture.path("src/self"))
    try fixture.link("src/b", to: fixture.path("shared"))
    try fixture.link("src/out", to: outside.root)
    let registry = try fixture.load()
    #expect(registry.entries.map(\.id.description) == ["a:os", "shared:os"])
    #expect(
      registry.diagnostics.map(\.description) == [
        "src/out:1:1: the symbolic link leaves the project, and is not followed: copy what it names"
      ])
  }

  @Test func anUnmarkedTreeIsBounded() throws {
    let fixture = try ProjectFixture(["a/1.txt": "", "a/2.txt": "", "b/3.txt": "", "b/c/4.txt": ""])
    let tree = SourceTree(root: fixture.root, projectRoot: fixture.root, skipping: [], limit: 3)
    #expect(tree.problems.count == 1)
    #expect(tree.problems[0].message.contains("directories: {src: ...}"))
  }

  @Test func filesAreReadSafely() throws {
    let fixture = try ProjectFixture(["a.txt": "12345", "empty": ""])
    #expect(try FileContents.read(fixture.path("a.txt"), limit: 5) == Array("12345".utf8))
    #expect(try FileContents.read(fixture.path("empty"), limit: 0) == [])
    func reason(_ path: String, limit: Int = 4) -> String {
      do {
        return "\(try FileContents.read(path, limit: limit))"
      } catch {
        return "\(error)"
      }
    }
    #expect(reason(fixture.path("a.txt")).hasSuffix("it has more than 4 bytes"))
    #expect(reason(fixture.path("nothing")).hasSuffix("there is no such file"))
    #expect(reason(fixture.root).hasSuffix("it is a directory"))
    #expect(mkfifo(fixture.path("pipe"), 0o600) == 0)
    #expect(reason(fixture.path("pipe")).hasSuffix("it is not a regular file"))
    #expect(reason("/dev/zero").hasSuffix("it is not a regular file"))
  }
}
