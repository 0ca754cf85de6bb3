import Foundation
import Testing
import WippyCore

@testable import WippyRegistry

@Suite struct EnvironmentTests {
  private let yaml = """
    namespace: app
    entries:
    - {name: os, kind: env.storage.os}
    - {name: memory, kind: env.storage.memory, values: {A: from memory}}
    - {name: fixed, kind: env.storage.static, values: {A: from static, B: "", PORT: 8080, ON: true}}
    - {name: file, kind: env.storage.file, file_path: conf/app.env, auto_create: true}
    - {name: strict, kind: env.storage.file, file_path: conf/missing.env}
    - {name: router, kind: env.storage.router, storages: [memory, fixed, os]}
    - {name: backwards, kind: env.storage.router, storages: [fixed, memory]}
    - {name: a, kind: env.variable, variable: A, storage: router}
    - {name: a2, kind: env.variable, storage: fixed, default: d}
    - {name: B, kind: env.variable, storage: router, default: unused}
    - {name: port, kind: env.variable, variable: PORT, storage: router}
    - {name: home, kind: env.variable, variable: HOME, storage: router, read_only: true}
    - {name: none, kind: env.variable, variable: NONE, storage: os}
    - {name: fallback, kind: env.variable, variable: FALLBACK, storage: os, default: 5}
    - {name: saved, kind: env.variable, variable: SAVED, storage: file}
    - {name: lost, kind: env.variable, variable: LOST, storage: strict}
    - {name: back, kind: env.variable, variable: BACK, storage: backwards}
    - {name: ON, kind: env.variable, storage: fixed}
    """

  private func resolver(_ fixture: ProjectFixture) throws -> EnvironmentResolver {
    let registry = try fixture.load()
    #expect(registry.diagnostics.isEmpty)
    return EnvironmentResolver(registry, environment: ["HOME": "/root"])
  }

  @Test func values() throws {
    let resolver = try resolver(ProjectFixture(["src/_index.yaml": yaml]))
    #expect(try resolver.value(of: id("app:a")) == "from memory")
    #expect(try resolver.value(of: id("app:a2")) == "d")
    #expect(try resolver.value(of: id("app:B")) == "", "an empty string is a value")
    #expect(try resolver.value(of: id("app:port")) == "8080")
    #expect(try resolver.value(of: id("app:ON")) == "true")
    #expect(try resolver.value(of: id("app:home")) == "/root")
    #expect(try resolver.value(of: id("app:none")) == nil)
    #expect(try resolver.value(of: id("app:fallback")) == "5")
    #expect(resolver.id(ofVariable: "A") == (try id("app:a")))
    #expect(resolver.id(ofVariable: "a2") == nil)
    #expect(resolver.variableNames.contains("PORT"))
  }

  @Test func setting() throws {
    let resolver = try resolver(ProjectFixture(["src/_index.yaml": yaml]))
    try resolver.set("new", for: id("app:a"))
    #expect(try resolver.value(of: id("app:a")) == "new")
    try resolver.set("", for: id("app:port"))
    #expect(try resolver.value(of: id("app:port")) == "")
    func problem(_ name: String) throws -> String {
      do {
        try resolver.set("x", for: id(name))
        return "it was set"
      } catch let error as RegistryError {
        return error.description
      }
    }
    #expect(
      try problem("app:home")
        == "src/_index.yaml:14:3: app:home: the variable is read-only: remove `read_only: true` to set it")
    #expect(
      try problem("app:none")
        == "src/_index.yaml:3:3: app:os: the operating system's environment is read-only: keep `NONE` in another storage"
    )
    #expect(
      try problem("app:back")
        == "src/_index.yaml:9:3: app:backwards: the storage is read-only: keep `BACK` in another storage")
    #expect(
      try problem("app:hone").hasPrefix("there is no entry app:hone: did you mean `app:home` or `app:none`"))
    #expect(try problem("app:os") == "entry app:os is a env.storage.os, and env.variable is needed here")
  }

  @Test func files() throws {
    let fixture = try ProjectFixture(["src/_index.yaml": yaml, "conf/x": ""])
    let resolver = try resolver(fixture)
    #expect(try resolver.value(of: id("app:saved")) == nil)
    let status = try #require(FilePath.status(fixture.path("conf/app.env")))
    #expect(status.st_mode & 0o777 == 0o600)
    try fixture.write("# comment\nOTHER=1\nexport SAVED = old # note\n", to: "conf/app.env")
    #expect(try resolver.value(of: id("app:saved")) == "old")
    let text = "two\nlines \"quoted\" \\ # é"
    try resolver.set(text, for: id("app:saved"))
    #expect(try resolver.value(of: id("app:saved")) == text)
    let lines = try FileContents.readText(fixture.path("conf/app.env")).split(separator: "\n")
    #expect(lines.prefix(2) == ["# comment", "OTHER=1"])
    #expect(lines.count == 3)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: fixture.path("conf")).sorted() == ["app.env", "x"])
    do {
      _ = try resolver.value(of: id("app:lost"))
      Issue.record("the file is not there")
    } catch let error as RegistryError {
      #expect(
        error.description
          == "src/_index.yaml:7:3: app:strict: the file \(fixture.path("conf/missing.env")) is not there: create it, or "
          + "add `auto_create: true`")
    }
  }

  @Test func variableFiles() {
    let file = VariableFile(
      "A=1\n B = two words \nC='# no comment' # one\nD=\"a\\nb\" x\nE=\n=x\nnothing\n#F=1\nG=a#b\r\nH='open\nA=2\n"
    )
    #expect(
      file.values == [
        "A": "2", "B": "two words", "C": "# no comment", "D": "a\nb", "E": "", "G": "a#b", "H": "'open",
      ])
  }

  @Test func circlesOfRoutersAreErrors() throws {
    let registry = try ProjectFixture.load(
      """
      namespace: a
      entries:
      - {name: r, kind: env.storage.router, storages: [q]}
      - {name: q, kind: env.storage.router, storages: [r]}
      - {name: v, kind: env.variable, storage: r}
      """)
    #expect(registry.hasErrors)
    let resolver = EnvironmentResolver(registry, environment: [:])
    #expect(throws: RegistryError.self) { try resolver.value(of: id("a:v")) }
  }
}

@Suite struct FilesystemTests {
  private func fixture() throws -> ProjectFixture {
    try ProjectFixture([
      "there/x": "", "file": "",
      "src/_index.yaml": """
      namespace: a
      entries:
      - {name: there, kind: fs.directory, directory: ./there}
      - {name: made, kind: fs.directory, directory: new/deep, auto_init: true, mode: "0710"}
      - {name: gone, kind: fs.directory, directory: gone}
      - {name: file, kind: fs.directory, directory: file, auto_init: true}
      - {name: os, kind: env.storage.os}
      """,
    ])
  }

  @Test func directories() throws {
    let fixture = try fixture()
    let resolver = FilesystemResolver(try fixture.load())
    #expect(try resolver.directory(of: id("a:there")) == fixture.path("there"))
    #expect(try resolver.directory(of: id("a:made")) == fixture.path("new/deep"))
    #expect(try resolver.directory(of: id("a:made")) == fixture.path("new/deep"))
    #expect(try #require(FilePath.status(fixture.path("new/deep"))).st_mode & 0o777 == 0o710)
  }

  @Test func problems() throws {
    let fixture = try fixture()
    let resolver = FilesystemResolver(try fixture.load())
    func problem(_ name: String) throws -> String {
      do {
        return try resolver.directory(of: id(name))
      } catch let error as RegistryError {
        return error.description
      }
    }
    #expect(
      try problem("a:gone")
        == "src/_index.yaml:5:47: a:gone: the directory \(fixture.path("gone")) is not there (there is no such file): "
        + "create it, or add `auto_init: true`")
    #expect(
      try problem("a:file")
        == "src/_index.yaml:6:47: a:file: \(fixture.path("file")) is not a directory: name a directory")
    #expect(try problem("a:os") == "entry a:os is a env.storage.os, and fs.directory is needed here")
  }
}
