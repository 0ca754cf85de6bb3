import Testing

/// What is wrong with the words of the command line.
struct UsageTests {
  @Test(arguments: [
    ["bogus"], ["-C"], ["--nope"], ["run", "--nope", "x"], ["run", "list", "x"], ["run", "-x", "noid"],
    ["hash"],
    ["hash", "--write", "x"], ["inspect"], ["completions", "csh"], ["registry", "show"],
    ["run", "--method", "m", "command"], ["run", "--host", "a:b", "x.wasm"], ["run", "--env", "x", "y.wasm"],
    ["registry", "list", "--json", "--yaml"], ["lint", "--log-format", "xml"],
  ])
  func wrongUsageEndsWithTwo(arguments: [String]) throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let result = try project.run(arguments)
    expectFailure(result, code: 2, "error: ")
    #expect(result.output == "")
  }

  @Test func servingWhatIsNotThere() throws {
    expectFailure(try TestProject().run(["serve", "x.wasm"]), code: 1, "error: ", "x.wasm")
  }

  @Test(arguments: [
    ["--help"], ["help"], ["run", "--help"], ["lint", "-h"], ["registry", "--help"],
    ["registry", "list", "--help"],
    ["help", "hash"],
  ])
  func helpIsForStdout(arguments: [String]) throws {
    let result = try TestProject().run(arguments)
    #expect(result.code == 0)
    #expect(result.output.contains("USAGE"))
    #expect(result.error == "")
  }

  @Test func versionNamesTheEngine() throws {
    let result = try TestProject().run(["version"])
    #expect(result.code == 0)
    #expect(result.output.contains("wasmtime 50.0.1"))
    #expect(try TestProject().run(["--version"]).output == result.output)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsNameTheCommands(shell: String) throws {
    let result = try TestProject().run(["completions", shell])
    #expect(result.code == 0)
    #expect(result.output.contains("registry"))
  }

  @Test func doctorFindsTheEngine() throws {
    let result = try TestProject().run(["doctor"])
    #expect(result.code == 0)
    #expect(result.output.contains("wasmtime 50.0.1"))
  }
}
