import Foundation
import Testing

/// Signals, closed streams, and a cache that cannot be used.
struct SurroundingsTests {
  @Test(arguments: [(Int32(SIGINT), Int32(130)), (Int32(SIGTERM), Int32(143))])
  func aSignalStopsAWaitingGuest(number: Int32, code: Int32) throws {
    let project = try TestProject(guest: "echo_stdin", method: "run", fields: "imports: [wasi:cli]")
    let command = try project.start(["run", "test"])
    command.write("ready\n")
    try #require(command.waitForOutput("ready"))
    command.signal(number)
    let result = command.result()
    #expect(result.code == code)
    #expect(result.error == "")
    #expect(!result.timedOut)
  }

  @Test func aSignalStopsAPrintingGuest() throws {
    let project = try TestProject(guest: "printer", method: "run", fields: "imports: [wasi:cli]")
    let report = try project.run(["inspect", "--json", "wasm/printer.wasm"]).output
    let name = try #require(report.firstMatch(of: /"method":"([^"]+)"/)?.1)
    let text = try project.text("src/_index.yaml").replacing("method: run", with: "method: \(name)")
    try project.write("src/_index.yaml", text)
    let command = try project.start(["run", "test"])
    try #require(command.waitForOutput("\n"))
    command.signal(SIGINT)
    #expect(command.result().code == 130)
  }

  @Test func twoSignalsEndAComputingGuestAtOnce() throws {
    let project = try TestProject(guest: "spin", method: "spin")
    let command = try project.start(["run", "test"])
    command.signal(0)
    command.signal(SIGINT)
    command.signal(SIGINT)
    let code = command.result().code
    // A signal that comes before the command has looked at its arguments ends it the system's way.
    #expect([130, 1000 + SIGINT].contains(code))
  }

  @Test func closedStdout() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    for line in ["\"$wippy\" run test x >&-", "\"$wippy\" run list >&-", "\"$wippy\" --help >&-"] {
      let result = try project.shell(line)
      #expect(result.code == 0)
      #expect(result.error == "")
    }
  }

  @Test func stdoutThatNobodyReads() throws {
    let project = try TestProject(guest: "print_lines", method: "print-lines", fields: "imports: [wasi:cli]")
    let result = try project.shell("\"$wippy\" run test 100000 | head -n 1")
    #expect(result.output == "line 1\n")
    #expect(!result.error.contains("error"))
    let help = try project.shell("{ \"$wippy\" completions bash; echo $? >&2; } | true")
    #expect(help.error == "0\n")
  }

  @Test func stdoutThatIsFull() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    expectFailure(
      try project.shell("\"$wippy\" run test x > /dev/full"), code: 1, "cannot write to standard output")
  }

  @Test func cacheThatCannotBeWritten() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    try project.write("file", "")
    let result = try project.run(
      ["run", "test", "x"], environment: ["WIPPY_CACHE_DIR": "\(project.directory)/file/a"])
    #expect(result.code == 0)
    #expect(result.output == "Hello, x!\n")
    #expect(result.error.contains("\(project.directory)/file"))
  }

  @Test func cacheThatIsFull() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    // No file may be as large as the compiled code: what a full disk does, without one.
    let result = try project.shell("ulimit -f 16; \"$wippy\" run test x | cat")
    #expect(result.output == "Hello, x!\n")
    #expect(result.error.contains("compiled code is not kept"))
  }

  @Test func cacheThatHoldsGarbage() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    #expect(try project.run(["run", "test", "x"]).code == 0)
    let cache = "\(project.directory)/cache"
    let files = try FileManager.default.contentsOfDirectory(atPath: cache)
    #expect(!files.isEmpty)
    for file in files { try Data("garbage".utf8).write(to: URL(fileURLWithPath: "\(cache)/\(file)")) }
    let result = try project.run(["run", "test", "x"])
    #expect(result.code == 0)
    #expect(result.output == "Hello, x!\n")
    #expect(try project.run(["run", "test", "x"]).error == "")
  }
}
