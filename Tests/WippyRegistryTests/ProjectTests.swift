import Testing

@testable import WippyRegistry

@Suite struct ProjectTests {
  @Test func theRootIsTheFirstMarkedDirectoryUpwards() throws {
    let fixture = try ProjectFixture(["a/.wippy.yaml": "", "a/b/c/x.txt": "", "src/x.txt": ""])
    let inner = try Project.locate(from: fixture.path("a/b/c"))
    #expect(inner.root == fixture.path("a"))
    #expect(inner.settingsFile == fixture.path("a/.wippy.yaml"))
    #expect(inner.lockFile == nil)
    let outer = try Project.locate(from: fixture.path("src"))
    #expect(outer.root == fixture.root)
    #expect(outer.sourceDirectory == fixture.path("src"))
  }

  @Test func anExplicitDirectoryIsTheRoot() throws {
    let fixture = try ProjectFixture(["a/x.txt": ""])
    let project = try Project.locate(from: fixture.root, explicit: "a")
    #expect(project.root == fixture.path("a"))
    #expect(project.sourceDirectory == fixture.path("a"))
    #expect(throws: RegistryError.noProjectDirectory(path: "b")) {
      try Project.locate(from: fixture.root, explicit: "b")
    }
  }

  @Test func theLockNamesDirectories() throws {
    let fixture = try ProjectFixture([
      "wippy.lock": "directories: {src: ./code, modules: deps}\n",
      "code/app.yaml": "namespace: app\nentries:\n- {name: os, kind: env.storage.os}\n",
      "code/deps/x.yaml": "namespace: deep\nentries:\n- {name: os, kind: env.storage.os}\n",
      "src/other.yaml": "namespace: other\nentries:\n- {name: os, kind: env.storage.os}\n",
    ])
    let registry = try fixture.load()
    #expect(registry.project.modulesDirectory == fixture.path("deps"))
    #expect(registry.entries.map(\.id.description) == ["app:os", "deep:os"])
  }

  @Test func problemsOfTheLockHavePositions() throws {
    let registry = try ProjectFixture(["wippy.lock": "directories:\n  src: code\n  modules: [1]\n"]).load()
    #expect(
      registry.diagnostics.map(\.description) == [
        "wippy.lock:2:8: `directories.src` names a directory that is not there: create code, or name another one",
        "wippy.lock:3:12: `directories.modules`: expected the path of a directory, got a list",
      ])
    #expect(registry.hasErrors)
  }

  @Test func vendoredModulesAreLoaded() throws {
    let entry = "entries:\n- {name: os, kind: env.storage.os}\n"
    let fixture = try ProjectFixture([
      "wippy.lock":
        "modules:\n- {name: acme/http, version: v1.2.0}\n- name: acme/sql\n- name: acme/gone\n- name: ../x\n",
      ".wippy/vendor/acme/http-v1.2.0/_index.yaml": "namespace: http\n" + entry,
      ".wippy/acme/sql/_index.yaml": "namespace: sql\n" + entry,
      ".wippy/vendor/acme/unlisted/_index.yaml": "namespace: unlisted\n" + entry,
    ])
    let registry = try fixture.load()
    #expect(registry.entries.map(\.id.description) == ["http:os", "sql:os"])
    #expect(
      registry.diagnostics.map(\.description) == [
        "wippy.lock:4:3: the module `acme/gone` is missing: put it into .wippy/vendor/acme/gone, or remove it from "
          + "wippy.lock",
        "wippy.lock:5:3: `modules`: expected `name: organization/module`",
      ])
  }

  @Test func packedModulesAreNamed() throws {
    let fixture = try ProjectFixture([
      "wippy.lock": "modules:\n- {name: acme/http, version: v1.2.0}\n",
      ".wippy/vendor/acme/http-v1.2.0.wapp": "",
    ])
    #expect(
      try fixture.load().diagnostics.map(\.description) == [
        "wippy.lock:2:3: the module `acme/http` is missing: it is packed as .wippy/vendor/acme/http-v1.2.0.wapp: "
          + "unpack it into .wippy/vendor/acme/http-v1.2.0"
      ])
  }

  @Test func noProjectHere() throws {
    #expect(try ProjectFixture(["a.json": "{}"], marked: false).load().isMissing)
    #expect(try !ProjectFixture().load().isMissing)
    let files = ["a.yaml": "namespace: a\nentries: []\n"]
    #expect(try !ProjectFixture(files, marked: false).load().isMissing)
  }
}
