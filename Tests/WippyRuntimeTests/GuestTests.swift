import Foundation
import Testing
import WippyComponent
import WippyRuntime
import WippyWASI

/// Every other guest, from YAML to its exit reason.
@Suite struct GuestTests {
  private func reason(
    _ guest: String, _ method: String, _ arguments: [String] = [], more: String = ""
  ) async throws -> ExitReason {
    let project = try GuestProject([.init(name: "it", guest: guest, method: method, more: more)])
    let type = try project.runtime.load(GuestProject.id("it")).guest.type
    var values: [Value] = []
    for (text, parameter) in zip(arguments, type.parameters) {
      values.append(try WAVEParser.parse(text, as: parameter.type))
    }
    return try await project.runtime.spawn(GuestProject.id("it"), arguments: values).exitReason()
  }

  /// Runs with streams in memory.
  private func output(
    _ guest: String, _ method: String, _ arguments: [Value] = [], wasiArguments: [String] = [], input: String = "",
    more: String
  ) async throws -> (reason: ExitReason, output: String, error: String) {
    let project = try GuestProject(
      [.init(name: "it", guest: guest, method: method, more: more)],
      hosts: """
          - {name: os, kind: env.storage.static, values: {COLOR: red}}
          - {name: color, kind: env.variable, variable: COLOR, storage: os}
          - {name: shape, kind: env.variable, variable: SHAPE, storage: os}
        """)
    let output = MemorySink()
    let error = MemorySink()
    let streams = StandardStreams(input: MemorySource(Array(input.utf8)), output: output, error: error)
    let process = try await project.runtime.start(
      try project.runtime.load(GuestProject.id("it")), on: try project.runtime.host(nil), arguments: arguments,
      wasiArguments: wasiArguments, streams: .given(streams))
    let reason = await process.exitReason()
    return (reason, String(decoding: output.bytes, as: UTF8.self), String(decoding: error.bytes, as: UTF8.self))
  }

  @Test func greetings() async throws {
    #expect(try await reason("greet", "greet", ["\"Ada\""]) == .normal(.string("Hello, Ada!")))
    #expect(try await reason("greet", "greet", ["\"\""]) == .normal(.string("Hello, !")))
    #expect(try await reason("greet_swift", "greet", ["\"Ada\""]) == .normal(.string("Hello from Swift, Ada!")))
    #expect(try await reason("greet_swift", "sum-of-squares", ["[1, 2, -3]"]) == .normal(.integer(14)))
  }

  @Test func coreModules() async throws {
    #expect(try await reason("compute", "compute", ["6", "7"]) == .normal(.integer(42)))
    let signed = "wit: \"compute: func(a: u32, b: u32) -> u32;\""
    #expect(
      try await reason("compute", "compute", ["65536", "65535"], more: signed) == .normal(.integer(4_294_901_760)))
  }

  @Test func results() async throws {
    #expect(try await reason("fails", "attempt", ["\"it\"", "false"]) == .normal(.string("it is fine")))
    #expect(try await reason("fails", "attempt", ["\"it\"", "true"]) == .error(.string("it failed")))
    #expect(try await reason("fails", "quietly", ["false"]) == .normal(nil))
    #expect(try await reason("fails", "quietly", ["true"]) == .error(nil))
    #expect(try await reason("fails", "typed", ["0"]) == .normal(.integer(42)))
  }

  @Test func exitCodes() async throws {
    #expect(try await reason("exit_code", "exit", ["false"]) == .normal(nil))
    #expect(try await reason("exit_code", "exit", ["true"]) == .exitCode(1))
    #expect(try await reason("exit_code", "exit-with-code", ["7"]) == .exitCode(7))
    #expect(try await reason("preview1_hello", "exit-with", ["7"]) == .exitCode(7))
  }

  @Test func sleeping() async throws {
    let grants = "imports: [wasi:clocks, wasi:io]"
    guard case .normal(.integer(let slept)?) = try await reason("sleeper", "sleep-ms", ["20"], more: grants) else {
      Issue.record("it did not return")
      return
    }
    #expect(slept >= 20)
    #expect(
      try await reason("sleeper", "first-of", ["[5000, 10, 9000]"], more: grants) == .normal(.array([.integer(1)])))
    #expect(try await reason("sleeper", "test-sleep#sleep-ms", ["1"], more: grants).kind == .normal)
    #expect(
      try await reason("sleeper", "sleep-ms", ["3600000"], more: "\(grants)\nlimits: {max_execution_ms: 300}").kind
        == .deadline)
  }

  @Test func sleepingInAnInnerComponent() async throws {
    let grants = "imports: [wasi:clocks, wasi:io]"
    #expect(try await reason("composed", "nap", ["5"], more: grants) == .normal(.integer(2)))
    #expect(try await reason("composed", "greet", ["\"Zoë\""], more: grants) == .normal(.string("Hello, Zoë")))
    // A deadline ends it while it sleeps there, and while it computes there.
    let limit = "\(grants)\nlimits: {max_execution_ms: 300}"
    #expect(try await reason("composed", "nap", ["3600000"], more: limit).kind == .deadline)
    #expect(try await reason("composed", "spin", [], more: limit).kind == .deadline)
  }

  @Test func printing() async throws {
    let (reason, text, errors) = try await output(
      "print_lines", "print-lines", [.integer(3)], more: "imports: [wasi:cli]")
    #expect(reason == .normal(.integer(3)))
    #expect(text == "line 1\nline 2\nline 3\n")
    #expect(errors.isEmpty)
    let discarded = try await output("print_lines", "print-lines", [.integer(3)], more: "")
    #expect(discarded.reason == .normal(.integer(3)))
    #expect(discarded.output.isEmpty)
  }

  @Test func standardInput() async throws {
    let text = String(repeating: "one\ntwo\n", count: 20_000)
    let echoed = try await output("echo_stdin", "run", input: text, more: "imports: [wasi:cli]")
    #expect(echoed.reason == .normal(nil))
    #expect(echoed.output == text)
    #expect(try await output("echo_stdin", "run", input: text, more: "").output.isEmpty)
  }

  @Test func environmentAndArguments() async throws {
    let granted = try await output(
      "env_args", "run", wasiArguments: ["c"],
      more: "imports: [wasi:cli]\nwasi: {args: [a, b], env: [{id: color, name: TINT}, {id: shape, name: SHAPE}]}")
    #expect(granted.reason == .normal(nil))
    #expect(granted.output.hasPrefix("arg it\narg a\narg b\narg c\nenv TINT=red\ncwd "))
    #expect(!granted.output.contains("SHAPE"))
    do {
      _ = try await output(
        "env_args", "run", more: "imports: [wasi:cli]\nwasi: {env: [{id: shape, name: SHAPE, required: true}]}")
      Issue.record("it started without its variable")
    } catch let RuntimeError.entry(message) {
      #expect(message.contains("guests:shape"))
      #expect(message.contains("_index.yaml:"))
    }
  }

  @Test func commandsAndPreview1() async throws {
    let command = try await output("command", "run", more: "imports: [wasi:cli]")
    #expect(command.reason == .normal(nil))
    #expect(command.output == "Hello from a command\n")
    #expect(
      try await output("command", "run", wasiArguments: ["fail"], more: "imports: [wasi:cli]").reason == .error(nil))
    for grant in ["wasi:cli", "wasi_snapshot_preview1"] {
      let hello = try await output("preview1_hello", "_start", more: "imports: [\(grant)]")
      #expect(hello.reason == .normal(nil))
      #expect(hello.output == "Hello from preview 1\n")
    }
  }

  @Test func errorOutputIsKept() async throws {
    let flood = try await output("stderr_flood", "flood", more: "")
    guard case .trap(let trap) = flood.reason else {
      Issue.record("it did not trap")
      return
    }
    #expect(trap.lastErrorOutput.utf8.count == 4096)
    #expect(trap.lastErrorOutput.contains("line 65536"))
    #expect(flood.error.isEmpty)
  }

  @Test func printingWithoutEnd() async throws {
    #expect(
      try await reason("printer", "print-forever", more: "imports: [wasi:cli]\nlimits: {max_cpu_ms: 50}").kind == .cpu)
  }

  static let harmless: [(String, [String], Value?)] = [
    ("call-nothing", [], .integer(7)), ("environment", [], .array([])), ("arguments", [], .array([.string("it")])),
    ("cwd", [], .null), ("directories", [], .integer(0)),
    ("terminals", [], .array([.bool(false), .bool(false), .bool(false)])), ("read-stdin", [], .null),
    ("write-stdout", ["\"x\""], .bool(true)), ("write-stderr", ["\"x\""], .bool(true)),
  ]

  @Test(arguments: harmless) func harmlessQuestionsAreAnswered(
    _ method: String, _ arguments: [String], _ value: Value?
  ) async throws {
    let ended = try await reason("ungranted", method, arguments)
    #expect(ended == .normal(value))
  }

  @Test func leavingAlwaysWorks() async throws {
    #expect(try await reason("ungranted", "leave", ["false"]) == .normal(nil))
    #expect(try await reason("ungranted", "leave", ["true"]) == .exitCode(1))
  }

  static let denied: [(String, [String], String?)] = [
    ("monotonic-now", [], "wasi:clocks"), ("wait-ms", ["1"], "wasi:clocks"), ("wall-now", [], "wasi:clocks"),
    ("random-bytes", ["4"], "wasi:random"), ("random-number", [], "wasi:random"),
    ("insecure-bytes", ["4"], "wasi:random"), ("seed", [], "wasi:random"), ("sync-file", [], "wasi:filesystem"),
    ("create-tcp-socket", [], "wasi:sockets"), ("open-network", [], "wasi:sockets"),
    ("create-headers", [], "wasi:http"), ("make-up", ["\"x\""], nil), ("make-thing", [], nil),
  ]

  @Test(arguments: denied) func everythingElseEndsTheProcess(
    _ method: String, _ arguments: [String], _ group: String?
  ) async throws {
    guard case .capability(let denied) = try await reason("ungranted", method, arguments) else {
      Issue.record("\(method) was not denied")
      return
    }
    #expect(denied.group == group)
    #expect(denied.entry == GuestProject.id("it"))
    if let group { #expect("\(denied)".contains("imports: [\(group)]")) }
  }

  @Test func grantedFunctionsWork() async throws {
    let grants = "imports: [wasi:clocks, wasi:random]"
    for (method, arguments) in [("monotonic-now", []), ("wait-ms", ["1"]), ("wall-now", []), ("seed", [])]
      as [(String, [String])]
    {
      #expect(try await reason("ungranted", method, arguments, more: grants).kind == .normal)
    }
    guard case .normal(.bytes(let bytes)?) = try await reason("ungranted", "random-bytes", ["17"], more: grants) else {
      Issue.record("no random bytes")
      return
    }
    #expect(bytes.count == 17)
  }

  static let badHandles = ["unknown-handle", "use-after-drop", "drop-twice", "wrong-type", "drop-parent"]

  @Test(arguments: badHandles) func badHandlesTrap(_ method: String) async throws {
    let grants = "imports: [wasi:clocks, wasi:io, wasi:cli]"
    let ended = try await reason("bad_handles", method, more: grants)
    #expect(ended.kind == .trap, "\(ended)")
  }

  @Test func handlesUpToTheLimit() async throws {
    let grants = "imports: [wasi:clocks, wasi:io]\nlimits: {max_resources: 10}"
    let ended = try await reason("many_handles", "open-and-drop", ["10"], more: grants)
    #expect(ended == .normal(.integer(10)))
  }
}
