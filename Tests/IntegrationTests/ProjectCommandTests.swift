import Foundation
import Testing

/// The commands that look at a project and run nothing.
struct ProjectCommandTests {
  @Test func initWritesAProjectThatRuns() throws {
    let project = try TestProject(marked: false)
    let result = try project.run(["init", "new"])
    #expect(result.code == 0)
    let root = "\(project.directory)/new"
    let before = try project.text("new/src/_index.yaml")
    #expect(try project.run(["-C", root, "lint"]).code == 0)
    #expect(try project.run(["-C", root, "run", "greet", "World"]).output == "Hello, World!\n")
    #expect(try project.run(["init", "new"]).output.contains("nothing to write"))
    #expect(try project.text("new/src/_index.yaml") == before)
  }

  @Test func initOnlyMarksWhereThereAreSources() throws {
    let project = try TestProject(marked: false)
    try project.write("defs/a.yaml", "namespace: a\nentries: []\n")
    #expect(try project.run(["init"]).output == "wrote wippy.lock\n")
    #expect(try project.text("wippy.lock").contains("src: .\n"))
    #expect(!FileManager.default.fileExists(atPath: "\(project.directory)/src"))
  }

  @Test func listsCommands() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let result = try project.run(["run", "list"])
    let expected = """
      Available commands:

        test    A test   (demo:greet)

      Run one with: wippy run <command>

      """
    #expect(result.output == expected)
    let json = try project.run(["run", "--json", "list"])
    #expect(json.output == "[{\"name\":\"test\",\"short\":\"A test\",\"entry\":\"demo:greet\"}]\n")
    #expect(!FileManager.default.fileExists(atPath: "\(project.directory)/cache"))
  }

  @Test func aProjectWithoutCommandsSaysHowToAddOne() throws {
    let project = try TestProject()
    try project.write("src/_index.yaml", TestProject.hosts)
    let result = try project.run(["run", "list"])
    #expect(result.code == 0)
    #expect(result.output.contains("No commands.") && result.output.contains("meta:"))
  }

  @Test func showsTheRegistry() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let list = try project.run(["registry", "list", "--kind", "*.host"]).output
    #expect(
      list == """
        demo:processes   process.host    src/_index.yaml:6:5
        demo:terminal    terminal.host   src/_index.yaml:4:5

        """)
    #expect(
      try project.run(["registry", "show", "demo:greet", "--json"]).output.contains(
        "\"path\":\"/greet.wasm\""))
    let yaml = try project.run(["registry", "show", "demo:wasm", "--yaml"]).output
    #expect(yaml == "- name: wasm\n  kind: fs.directory\n  directory: \"./wasm\"\n")
  }

  @Test func hashIsTheDigestOfTheGuest() throws {
    let manifest = try Data(
      contentsOf: URL(fileURLWithPath: "\(CommandRunner.repository)/Guests/manifest.json"))
    let guests = try #require(try JSONSerialization.jsonObject(with: manifest) as? [String: [String: String]])
    let expected = try #require(guests["greet"]?["binary"])
    let file = "\(CommandRunner.repository)/Guests/greet/greet.wasm"
    #expect(try TestProject().run(["hash", file]).output == "\(expected)\n")
    expectFailure(
      try TestProject().run(["hash", "nothing"]), code: 1, "cannot read nothing: there is no such file")
  }

  @Test func hashWriteChangesTheDigestsOnly() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let good = try project.text("src/_index.yaml")
    let hash = try project.hash(of: "wasm/greet.wasm")
    for placeholder in ["sha256:\(String(repeating: "0", count: 64))", "TODO", "\"sha256:1\" # soon"] {
      try project.write("src/_index.yaml", good.replacing(hash, with: placeholder))
      let result = try project.run(["hash", "--write"])
      #expect(result.code == 0, "\(result.error)")
      #expect(result.output.contains("src/_index.yaml:16:11: demo:greet: \(hash)\n1 hash changed"))
      let expected = placeholder.contains("soon") ? good.replacing(hash, with: "\"\(hash)\" # soon") : good
      #expect(try project.text("src/_index.yaml") == expected)
    }
    #expect(try project.run(["hash", "--write"]).output == "0 hashes changed, 1 up to date\n")
  }

  @Test func hashWriteLeavesABrokenProjectAlone() throws {
    let project = try TestProject(guest: "greet", method: "greet", hash: "TODO")
    try project.write("src/b.yaml", "namespace: b\nentries:\n  - {name: x, kind: nope}\n")
    let before = try project.text("src/_index.yaml")
    expectFailure(try project.run(["hash", "--write"]), code: 1, "src/b.yaml:3")
    #expect(try project.text("src/_index.yaml") == before)
  }

  @Test func hashWriteSaysWhatItCannotDo() throws {
    let project = try TestProject(guest: "greet", method: "greet", hash: "TODO")
    let text = try project.text("src/_index.yaml").replacing("    hash: TODO\n", with: "")
    try project.write("src/_index.yaml", text)
    expectFailure(try project.run(["hash", "--write"]), code: 1, "demo:greet", "add the line `hash: sha256:")
  }

  @Test func inspectShowsTheEntryToPaste() throws {
    let project = try TestProject(guest: "env_args", method: "run")
    let output = try project.run(["inspect", "wasm/env_args.wasm"]).output
    #expect(output.contains("component"))
    #expect(output.contains("wasi:cli/run@0.2.3#run: func() -> result"))
    #expect(output.contains("imports: [wasi:io, wasi:cli]"))
    #expect(output.contains("hash: \(try project.hash(of: "wasm/env_args.wasm"))"))
    #expect(try project.run(["inspect", "--json", "wasm/env_args.wasm"]).output.hasPrefix("{\"file\":"))
    expectFailure(try project.run(["inspect", "src/_index.yaml"]), code: 1, "not a WebAssembly binary")
  }
}
