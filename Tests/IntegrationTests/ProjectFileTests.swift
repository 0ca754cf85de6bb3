import Testing

/// What is wrong with a project's files.
struct ProjectFileTests {
  @Test(arguments: [
    ["run", "list"], ["run", "greet"], ["lint"], ["registry", "list"], ["hash", "--write"],
  ])
  func noProject(arguments: [String]) throws {
    expectFailure(
      try TestProject(marked: false).run(arguments), code: 1, "error: there is no project in", "wippy init")
  }

  @Test func missingProjectDirectory() throws {
    expectFailure(try TestProject().run(["-C", "nowhere", "lint"]), code: 1, "there is no directory nowhere")
  }

  @Test(arguments: [
    ("namespace: a\nentries: [\n", "src/_index.yaml:3:1"),
    (
      "namespace: a\nentries:\n  - {name: x, kind: process.hots}\n", "src/_index.yaml:3:21: a:x: unknown kind"
    ),
    ("namespace: a\nentries:\n  - {name: x, kind: process.hots}\n", "did you mean `process.host`"),
    ("namespace: a\nentries:\n  - {name: x, kind: fs.directory, directroy: .}\n", "did you mean `directory`"),
    ("namespace: a\nentries:\n  - {name: x, kind: fs.directory}\n", "`directory` is missing"),
    ("namespace: a\nentries:\n  - {name: x, kind: env.variable, storage: none}\n", "a:none"),
    ("entries: []\n", "namespace: myns"),
  ])
  func problemsHaveTheirPlaces(text: String, words: String) throws {
    let project = try TestProject()
    try project.write("src/_index.yaml", text)
    for arguments in [["lint"], ["run", "greet"], ["run", "list"]] {
      expectFailure(try project.run(arguments), code: 1, "error: src/_index.yaml:", words)
    }
  }

  @Test func allProblemsAreReported() throws {
    let project = try TestProject()
    try project.write(
      "src/a.yaml", "namespace: a\nentries:\n  - {name: x, kind: nope}\n  - {name: y, kind: nope}\n")
    let result = try project.run(["lint"])
    expectFailure(result, code: 1, "a:x", "a:y")
    #expect(result.error.split(separator: "\n").count == 2)
  }

  @Test func lintPrintsJSON() throws {
    let project = try TestProject()
    try project.write("src/a.yaml", "namespace: a\nentries:\n  - {name: x, kind: nope}\n")
    let result = try project.run(["lint", "--json"])
    #expect(result.code == 1)
    #expect(result.output.contains("\"line\":3,\"column\":21,\"entry\":\"a:x\""))
  }

  @Test func controlCharactersStayOffTheTerminal() throws {
    let project = try TestProject()
    try project.write("src/a.yaml", "namespace: a\nentries:\n  - {name: x, kind: \"a\\e[2Jb\"}\n")
    #expect(try !project.run(["lint"]).error.contains("\u{1b}"))
  }

  @Test func unknownCommandAndEntry() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    expectFailure(
      try project.run(["run", "tset"]), code: 1, "there is no command `tset`: did you mean `test`?")
    expectFailure(try project.run(["run", "-x", "demo:gret"]), code: 1, "did you mean `demo:greet`?")
    expectFailure(try project.run(["run", "-x", "demo:wasm"]), code: 1, "src/_index.yaml:8:5: demo:wasm")
    expectFailure(try project.run(["registry", "show", "demo:gret"]), code: 1, "did you mean `demo:greet`?")
  }

  @Test func missingHosts() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let text = try project.text("src/_index.yaml")
    try project.write(
      "src/_index.yaml", text.replacing("  - name: terminal\n    kind: terminal.host\n", with: ""))
    expectFailure(
      try project.run(["run", "test", "x"]), code: 1, "the project has no terminal.host",
      "kind: terminal.host",
      "auto_start: true")
    try project.write(
      "src/_index.yaml", text.replacing("  - name: processes\n    kind: process.host\n", with: ""))
    expectFailure(
      try project.run(["run", "test", "x"]), code: 1, "the project has no process.host", "kind: process.host")
    #expect(try project.run(["run", "-x", "demo:greet", "x"]).code == 0)
  }

  @Test func unknownHost() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    expectFailure(
      try project.run(["run", "--host", "demo:termnal", "test", "x"]), code: 1,
      "did you mean `demo:terminal`?")
    expectFailure(
      try project.run(["run", "--host", "demo:processes", "test", "x"]), code: 1,
      "demo:processes is a process.host")
  }

  @Test func severalTerminalHosts() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    try project.write("src/b.yaml", "namespace: b\nentries:\n  - {name: t, kind: terminal.host}\n")
    expectFailure(try project.run(["run", "test", "x"]), code: 1, "--host", "b:t, demo:terminal")
    #expect(try project.run(["run", "--host", "b:t", "test", "x"]).output == "Hello, x!\n")
  }

  @Test func unknownSettingsWarn() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let result = try project.run(["--set", "loger.level=info", "run", "test", "x"])
    #expect(result.code == 0)
    #expect(result.error.contains("loger"))
    expectFailure(
      try project.run(["--set", "nonsense", "run", "test", "x"]), code: 1, "--set section.path=value")
  }
}
