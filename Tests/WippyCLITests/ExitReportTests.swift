import Testing
import WippyComponent
import WippyCore

@testable import WippyCLI

struct ExitReportTests {
  private func report(
    _ reason: ExitReason, result: ValueType? = nil, asJSON: Bool = false
  ) -> ExitReport {
    let subject = ExitReport.Subject(type: FunctionType(parameters: [], result: result)) { field, text in
      "\(field ?? "entry"): \(text)"
    }
    return ExitReport(reason, of: subject, asJSON: asJSON)
  }

  private static let limit = LimitExceeded(limit: "max_cpu_ms", allowed: 100, used: 101)
  private static let trap = Trap(
    message: "unreachable", backtrace: [Trap.Frame(module: "m", function: "f", index: 1, offset: 16)],
    lastErrorOutput: "going down\nnow\n")

  @Test(arguments: [
    (ExitReason.normal(nil), Int32(0)), (.error(nil), 1), (.exitCode(7), 7), (.exitCode(255), 255),
    (.exitCode(256), 1), (.trap(trap), 134), (.deadline(limit), 124), (.cpu(limit), 124),
    (.memory(limit, nil), 137), (.resource(limit), 137), (.killed, 137),
    (.capability(DeniedCapability(interface: "a:b/c", function: "d")), 126),
    (.cancelled(reason: nil), 1), (.start("no"), 1), (.noproc, 1), (.noconnection, 1),
    (.linked(from: ProcessID(host: "a:h", serial: 1), .trap(trap)), 134),
  ])
  func hasTheDocumentedCode(reason: ExitReason, code: Int32) {
    #expect(report(reason).code == code)
  }

  @Test func printsResults() {
    #expect(report(.normal(.string("a b")), result: .string).output == "a b")
    #expect(report(.normal(.string("a b")), result: .string, asJSON: true).output == "\"a b\"")
    #expect(report(.normal(.array([.integer(1)])), result: .list(.u32)).output == "[1]")
    #expect(report(.normal(nil)).output == nil)
    let fallible = ValueType.result(ok: .u32, error: .string)
    #expect(report(.normal(.integer(42)), result: fallible).output == "42")
  }

  @Test func putsTheErrorOfAResultOnStderr() {
    let fallible = ValueType.result(ok: .u32, error: .string)
    let failed = report(.error(.string("it failed")), result: fallible)
    #expect(failed.problem == "it failed")
    #expect(failed.output == nil)
    #expect(
      report(.error(nil), result: .result(ok: nil, error: nil)).problem?.contains("without a value") == true)
  }

  @Test func showsATrapWithItsFramesAndLastWords() {
    let expected = """
      entry: trapped: unreachable
        at m!f at 0x10
      the last that it wrote to stderr:
        | going down
        | now
      """
    #expect(report(.trap(Self.trap)).problem == expected)
  }

  @Test func namesTheLimitAndTheLine() {
    let problem = report(.cpu(Self.limit)).problem
    #expect(problem?.hasPrefix("limits.max_cpu_ms: ") == true)
    #expect(problem?.contains("raise `limits.max_cpu_ms`") == true)
    let denied = DeniedCapability(
      interface: "wasi:random/random", function: "get-random-u64", group: "wasi:random")
    #expect(report(.capability(denied)).problem?.contains("imports: [wasi:random]") == true)
  }

  @Test func exitCodesOfGuestsSayNothing() {
    #expect(report(.exitCode(3)).problem == nil)
  }
}
