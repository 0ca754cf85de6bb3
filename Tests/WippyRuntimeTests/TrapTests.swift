import Testing
import WippyRuntime

/// Guests that trap, in each of the engine's ways and by breaking the canonical ABI.
@Suite struct TrapTests {
  static let traps: [(String, String)] = [
    ("unreachable", "unreachable"),
    ("memory-out-of-bounds", "out-of-bounds memory access"),
    ("memory-fill-out-of-bounds", "out-of-bounds memory access"),
    ("table-out-of-bounds", "out-of-bounds table access"),
    ("call-out-of-bounds", "out-of-bounds table access"),
    ("indirect-call-type-mismatch", "indirect call type mismatch"),
    ("null-table-entry", "uninitialized table element"),
    ("integer-divide-by-zero", "integer division by zero"),
    ("integer-overflow", "integer overflow"),
    ("bad-conversion", "invalid conversion to integer"),
    ("conversion-overflow", "integer overflow"),
    ("stack-overflow", "stack overflow"),
    ("misaligned-atomic", "misaligned atomic access"),
    ("wait-on-unshared-memory", "atomic wait on non-shared memory"),
  ]

  @Test(arguments: traps) func engineTraps(_ method: String, _ message: String) async throws {
    let project = try GuestProject([.init(name: "trap", guest: "traps", method: method)])
    guard case .trap(let trap) = try await project.run("trap") else {
      Issue.record("\(method) did not trap")
      return
    }
    #expect(trap.message.contains(message))
    #expect(trap.backtrace.isEmpty == false)
  }

  @Test func backtraceHasNamesAndLines() async throws {
    let project = try GuestProject([.init(name: "unreachable", guest: "unreachable", method: "run")])
    guard case .trap(let trap) = try await project.run("unreachable") else {
      Issue.record("it did not trap")
      return
    }
    #expect(trap.message == "unreachable")
    #expect(trap.backtrace.compactMap(\.function).contains { $0.contains("give_up") })
    #expect(trap.backtrace.compactMap(\.source).contains { $0.hasSuffix("unreachable.c:9") })
  }

  @Test func deepRecursion() async throws {
    let project = try GuestProject([.init(name: "deep", guest: "deep_recursion", method: "descend")])
    guard case .trap(let trap) = try await project.run("deep") else {
      Issue.record("it did not trap")
      return
    }
    #expect(trap.message == "stack overflow")
  }

  static let violations = [
    "invalid-utf8", "truncated-utf8", "surrogate-utf8", "overlong-utf8", "record-with-bad-text", "text-out-of-bounds",
    "text-too-long", "list-out-of-bounds", "list-overflow", "inner-out-of-bounds", "list-misaligned",
    "result-misaligned", "enum-out-of-range", "variant-out-of-range", "option-out-of-range",
    "result-case-out-of-range", "result-out-of-bounds", "surrogate-char", "large-char",
  ]

  @Test(arguments: violations) func brokenResultsTrap(_ method: String) async throws {
    let project = try GuestProject([.init(name: "bad", guest: "bad_string", method: method)])
    #expect(try await project.run("bad").kind == .trap)
  }

  static let tolerated = [
    ("wide-bool", "true"), ("wide-u8", "7"), ("wide-s8", "-1"), ("wide-flags", "{write}"),
    (
      "empty-list-anywhere", "[]"
    ),
  ]

  @Test(arguments: tolerated) func surplusBitsAreIgnored(_ method: String, _ value: String) async throws {
    let project = try GuestProject([.init(name: "odd", guest: "bad_string", method: method)])
    #expect(try await project.value("odd", []) == value)
  }

  @Test func brokenReallocFailsTheSpawn() async throws {
    let project = try GuestProject([
      .init(name: "text", guest: "bad_realloc", method: "take-text"),
      .init(name: "numbers", guest: "bad_realloc", method: "take-numbers"),
    ])
    for (name, argument) in [("text", "\"abc\""), ("numbers", "[1, 2]")] {
      do {
        let reason = try await project.run(name, argument)
        Issue.record("\(name) started: \(reason)")
      } catch let RuntimeError.start(reason) {
        #expect(reason.kind == .trap)
      }
    }
  }
}
