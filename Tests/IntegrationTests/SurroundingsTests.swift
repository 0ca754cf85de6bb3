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

  /// Says that it runs, and then computes for ever.
  private static let busy = """
    (module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\\08\\00\\00\\00\\06\\00\\00\\00ready\\n")
      (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
        (loop (br 0))))
    """

  /// The second signal, of either kind, does not wait for the grace time: so nothing reports a process that was killed.
  @Test(arguments: [(Int32(SIGINT), Int32(130)), (Int32(SIGTERM), Int32(130))])
  func twoSignalsEndAComputingGuestAtOnce(second: Int32, code: Int32) throws {
    let project = try TestProject(marked: false)
    try project.write("busy.wat", Self.busy)
    let command = try project.start(["run", "busy.wat"])
    try #require(command.waitForOutput("ready"))
    command.signal(SIGINT)
    try #require(command.waitUntilTaken(SIGINT))
    command.signal(second)
    let result = command.result()
    #expect(result.code == code)
    #expect(result.error == "")
    #expect(!result.timedOut)
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
    try project.write("small/.keep", "")
    let isMounted = try project.shell("mount -t tmpfs -o size=16k,mode=700 wippy-test small").code == 0
    // Who may not mount: no file may be as large as the compiled code.
    let line = isMounted ? "\"$wippy\" run test x" : "ulimit -f 16; \"$wippy\" run test x | cat"
    let result = try project.shell(line, environment: ["WIPPY_CACHE_DIR": "\(project.directory)/small"])
    if isMounted { #expect(try project.shell("umount small").code == 0) }
    #expect(result.code == 0)
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
