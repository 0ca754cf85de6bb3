import Testing

@testable import WippyRegistry

@Suite struct SubstitutionTests {
  private func value(_ text: String, _ environment: [String: String] = [:]) throws -> String? {
    let yaml = "namespace: a\nentries:\n- {name: s, kind: env.storage.static, values: {X: \(text)}}\n"
    let entry = try #require(try ProjectFixture.load(yaml, environment: environment).entries.first)
    guard case .fixed(let values) = try EnvironmentStorageEntry(entry).storage else { return nil }
    return values["X"]
  }

  @Test func environmentVariables() throws {
    #expect(try value("\"<${env:A}>\"", ["A": "1"]) == "<1>")
    #expect(try value("\"${env:A}${env:B|two}\"", ["A": "1"]) == "1two")
    #expect(try value("\"${env:A|d}\"", ["A": ""]) == "")
    #expect(try value("\"${env:A|}\"") == "")
    #expect(try value("\"${env:A|x|y}\"") == "x|y")
    #expect(try value("\"$${env:A}\"", ["A": "1"]) == "${env:A}")
    #expect(try value("\"${A} $A\"", ["A": "1"]) == "${A} $A")
    #expect(try value("\"${env:A}\"", ["A": "${env:B}"]) == "${env:B}", "a value is not replaced again")
    #expect(try value("\"${env:A}\"", ["A": "file:///etc/passwd"]) == "file:///etc/passwd")
  }

  @Test(arguments: [
    ("${env:NOPE}", "the environment has no variable `NOPE`: set it, or write `${env:NOPE|default}`"),
    ("${env:NO", "`${env:` has no `}`: write `${env:NAME}` or `${env:NAME|default}`"),
    ("${env:}", "\"\" is no variable name: write `${env:NAME}` with letters, digits and `_`"),
    ("${env:A-B}", "\"A-B\" is no variable name: write `${env:NAME}` with letters, digits and `_`"),
  ])
  func badVariables(_ text: String, _ message: String) throws {
    let problems = try ProjectFixture.problems(
      "- {name: s, kind: env.storage.static, values: {X: \"\(text)\"}}\n")
    #expect(problems == ["src/_index.yaml:3:51: app:s: \(message)"])
  }

  @Test func plainVariablesHaveTheTypeOfTheirText() throws {
    let entries =
      "- {name: h, kind: process.host, host: {workers: \"${env:N}\"}}\n- name: g\n  kind: process.host\n"
    let problems = try ProjectFixture.problems(
      entries + "  host:\n    workers: ${env:N}\n", environment: ["N": "4"])
    #expect(
      problems == [
        "src/_index.yaml:3:49: app:h: `host.workers`: expected a whole number of at least 1, got the string \"4\""
      ])
  }

  @Test func filesAreReadRelativeToTheirYAML() throws {
    let fixture = try ProjectFixture([
      "src/a/_index.yaml": """
      namespace: a
      entries:
      - {name: l, kind: library.lua, source: file://lib/l.lua}
      - {name: m, kind: library.lua, source: "file://../${env:NAME}.lua"}
      """,
      "src/a/lib/l.lua": "return '${env:NO}'", "src/m.lua": "file://x",
    ])
    let registry = try fixture.load(environment: ["NAME": "m"])
    #expect(registry.diagnostics.isEmpty)
    #expect(try registry.requireEntry(id("a:l")).fields["source"] == .string("return '${env:NO}'"))
    #expect(try registry.requireEntry(id("a:m")).fields["source"] == .string("file://x"))
  }

  @Test func filesStayInTheSourceDirectory() throws {
    let fixture = try ProjectFixture([
      "secret.txt": "secret", "src/dir/x": "",
      "src/_index.yaml": """
      namespace: a
      entries:
      - {name: a, kind: library.lua, source: file://../secret.txt}
      - {name: b, kind: library.lua, source: file://link.txt}
      - {name: c, kind: library.lua, source: file:///etc/passwd}
      - {name: d, kind: library.lua, source: file://nothing.lua}
      - {name: e, kind: library.lua, source: file://dir}
      - {name: f, kind: library.lua, source: file://binary}
      - {name: g, kind: library.lua, source: file://up/secret.txt}
      """,
    ])
    try fixture.write([0xFF, 0xFE], to: "src/binary")
    try fixture.link("src/link.txt", to: "../secret.txt")
    try fixture.link("src/up", to: "..")
    let found = try fixture.load().diagnostics.filter { $0.severity == .error && $0.entry != nil }
    #expect(
      found.map(\.message) == [
        "`file://../secret.txt` leaves the source directory: move the file below it",
        "`file://link.txt` leaves the source directory: move the file below it",
        "`file:///etc/passwd`: write a path relative to this file, such as `file://main.lua`",
        "`file://nothing.lua`: there is no such file",
        "`file://dir`: it is a directory",
        "`file://binary`: it is not UTF-8 text: save it as UTF-8",
        "`file://up/secret.txt` leaves the source directory: move the file below it",
      ])
    #expect(found.first?.description.hasPrefix("src/_index.yaml:3:40: a:a: ") == true)
  }
}
