import Foundation
import Testing

/// Running commands: arguments, results and the ways in which guests end.
struct RunTests {
  @Test func greets() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    let result = try project.run(["run", "test", "World"])
    #expect(result.code == 0)
    #expect(result.output == "Hello, World!\n")
    #expect(result.error == "")
    #expect(try project.run(["run", "--json", "test", "World"]).output == "\"Hello, World!\"\n")
    #expect(try project.run(["run", "test", "--help"]).output == "Hello, --help!\n")
    #expect(
      try project.run(["run", "--help", "test"]).output.contains("greet: func(name: string) -> string"))
  }

  @Test func multiplies() throws {
    #expect(
      try TestProject(guest: "compute", method: "compute").run(["run", "test", "6", "7"]).output == "42\n")
  }

  @Test(arguments: [
    ("compute", "compute", ["6"]), ("compute", "compute", ["6", "7", "8"]),
    ("compute", "compute", ["six", "7"]),
    ("compute", "compute", ["6", "2147483648"]), ("greet", "greet", []), ("greet", "greet", ["a", "b"]),
    ("fails", "typed", ["-1"]),
  ])
  func wrongArguments(guest: String, method: String, arguments: [String]) throws {
    let result = try TestProject(guest: guest, method: method).run(["run", "test"] + arguments)
    expectFailure(result, code: 1, "error: ", "argument")
    #expect(result.output == "")
  }

  @Test func wrongCountsNameTheSignature() throws {
    let result = try TestProject(guest: "greet", method: "greet").run(["run", "test"])
    expectFailure(result, code: 1, "greet: func(name: string) -> string")
  }

  @Test func commandComponentsSeeTheirArguments() throws {
    let project = try TestProject(
      guest: "env_args", method: "run",
      fields: "imports: [wasi:cli]\nwasi: {args: [first], cwd: /app}")
    let result = try project.run(["run", "test", "--flag", "b c"])
    #expect(result.output == "arg env_args\narg first\narg --flag\narg b c\ncwd /app\n")
  }

  @Test func resultsThatAreErrorsGoToStderr() throws {
    let project = try TestProject(guest: "fails", method: "attempt")
    #expect(try project.run(["run", "test", "it", "false"]).output == "it is fine\n")
    let failed = try project.run(["run", "test", "it", "true"])
    expectFailure(failed, code: 1, "error: it failed")
    #expect(failed.output == "")
  }

  @Test func typedErrorsAreWAVE() throws {
    let project = try TestProject(guest: "fails", method: "typed")
    #expect(try project.run(["run", "test", "0"]).output == "42\n")
    expectFailure(try project.run(["run", "test", "1"]), code: 1, "not-found(\"the key\")")
    expectFailure(try project.run(["run", "--json", "test", "1"]), code: 1, "{\"not-found\":\"the key\"}")
  }

  @Test func exitCodesAreTheGuests() throws {
    let project = try TestProject(guest: "exit_code", method: "exit-with-code", fields: "imports: [wasi:cli]")
    for code in ["0", "1", "7", "255"] {
      let result = try project.run(["run", "test", code])
      #expect("\(result.code)" == code)
      #expect(result.error == "")
    }
  }

  @Test(arguments: [
    ("unreachable", "unreachable", "give_up"),
    ("memory-out-of-bounds", "out-of-bounds memory access", "load_past"),
    ("memory-fill-out-of-bounds", "out-of-bounds memory access", "fill_past"),
    ("table-out-of-bounds", "table", "get_past"), ("call-out-of-bounds", "table", "call_past"),
    ("indirect-call-type-mismatch", "type mismatch", "call_wrong"),
    ("null-table-entry", "uninitialized", "call_null"),
    ("integer-divide-by-zero", "division by zero", "divide"),
    ("integer-overflow", "integer overflow", "divide_smallest"),
    ("bad-conversion", "conversion", "convert_nan"), ("conversion-overflow", "overflow", "convert_large"),
    ("stack-overflow", "stack", "descend"), ("misaligned-atomic", "misaligned atomic", "load_misaligned"),
    ("wait-on-unshared-memory", "atomic wait", "wait_unshared"),
  ])
  func traps(method: String, message: String, function: String) throws {
    let result = try TestProject(guest: "traps", method: method).run(["run", "test"])
    expectFailure(
      result, code: 134, "error: src/_index.yaml:12:5: demo:traps: trapped: ", message, "  at ", function)
    #expect(result.output == "")
  }

  @Test func aTrapShowsTheGuestsLastWords() throws {
    let project = try TestProject(guest: "stderr_flood", method: "flood")
    let method = try project.run(["inspect", "--json", "wasm/stderr_flood.wasm"]).output
    let name = try #require(method.firstMatch(of: /"method":"([^"]+)"/)?.1)
    let text = try project.text("src/_index.yaml").replacing("method: flood", with: "method: \(name)")
    try project.write("src/_index.yaml", text)
    let result = try project.run(["run", "test"])
    expectFailure(result, code: 134, "the last that it wrote to stderr:", "  | ")
    #expect(result.error.utf8.count < 20_000)
  }

  @Test(arguments: [
    ("spin", "spin", "max_execution_ms: 50", Int32(124), "max_execution_ms"),
    ("spin", "spin", "max_cpu_ms: 50", 124, "max_cpu_ms"),
    ("sleeper", "sleep-forever", "max_execution_ms: 50", 124, "max_execution_ms"),
    ("memory_eater", "eat", "max_memory: 1MiB", 137, "max_memory"),
    ("many_handles", "", "max_resources: 50", 137, "max_resources"),
    ("big_memory", "", "max_memory: 1MiB", 1, "max_memory"),
    ("spin_start", "", "max_cpu_ms: 50", 124, "max_cpu_ms"),
  ])
  func limits(guest: String, method: String, limit: String, code: Int32, words: String) throws {
    let project = try TestProject(
      guest: guest, method: method.isEmpty ? "unknown" : method,
      fields: "limits: {\(limit)}\nimports: [wasi:clocks, wasi:io, wasi:cli]")
    if method.isEmpty {
      let report = try project.run(["inspect", "--json", "wasm/\(guest).wasm"]).output
      let name = try #require(report.firstMatch(of: /"method":"([^"]+)"/)?.1)
      let text = try project.text("src/_index.yaml").replacing("method: unknown", with: "method: \(name)")
      try project.write("src/_index.yaml", text)
    }
    let arguments = guest == "sleeper" ? ["1000"] : []
    expectFailure(try project.run(["run", "test"] + arguments), code: code, "error: src/_index.yaml:", words)
  }

  @Test func ungrantedImports() throws {
    let project = try TestProject(guest: "ungranted", method: "random-number")
    expectFailure(
      try project.run(["run", "test"]), code: 126, "demo:ungranted", "wasi:random",
      "add `imports: [wasi:random]`")
    let text = try project.text("src/_index.yaml")
    try project.write("src/_index.yaml", text + "    imports: [wasi:random]\n")
    #expect(try project.run(["run", "test"]).code == 0)
  }

  @Test func stdinReachesTheGuest() throws {
    let project = try TestProject(guest: "echo_stdin", method: "run", fields: "imports: [wasi:cli]")
    #expect(try project.run(["run", "test"], input: "one\ntwo\n").output == "one\ntwo\n")
  }
}
