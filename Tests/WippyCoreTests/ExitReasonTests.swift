import Testing
import WippyCore

@Suite struct ExitReasonTests {
  @Test func kindsAndTexts() {
    let limit = LimitExceeded(limit: "max_cpu_ms", allowed: 50, used: 51)
    let pid = ProcessID(host: "app:h", serial: 1)
    let expected: [(ExitReason, ExitReason.Kind, String)] = [
      (.normal(.integer(42)), .normal, "normal"),
      (.exitCode(3), .error, "error: exit code 3"),
      (.trap(Trap(message: "unreachable")), .trap, "trap: unreachable"),
      (.cpu(limit), .cpu, "cpu: max_cpu_ms is 50, used 51"),
      (.memory(limit, Trap(message: "unreachable")), .memory, "memory: max_cpu_ms is 50, used 51 (unreachable)"),
      (.cancelled(reason: "enough"), .cancelled, "cancelled: enough"),
      (.killed, .killed, "killed"),
      (.linked(from: pid, .killed), .linked, "linked: {app:h|0x00001} ended: killed"),
      (.noproc, .noproc, "noproc"),
    ]
    for (reason, kind, text) in expected {
      #expect(reason.kind == kind)
      #expect(reason.description == text)
    }
  }

  @Test func deniedCapabilitiesNameTheLineToAdd() {
    let granted = DeniedCapability(
      interface: "wasi:clocks/wall-clock@0.2.3", function: "now", entry: EntryID(namespace: "app", name: "x"),
      group: "wasi:clocks")
    #expect(
      granted.description
        == "wasi:clocks/wall-clock@0.2.3#now is not granted: add `imports: [wasi:clocks]` to entry app:x")
    let unknown = DeniedCapability(interface: "acme:a/b", function: "c")
    #expect(unknown.description == "acme:a/b#c is an import that nothing provides, called by this run")
  }

  @Test func timesSaturate() {
    let late = MonotonicTime(nanoseconds: .max - 1)
    #expect(late.advanced(byNanoseconds: 5) == .never)
    #expect(MonotonicTime(nanoseconds: 3).nanoseconds(since: late) == 0)
    #expect(MonotonicTime(nanoseconds: 9).nanoseconds(since: MonotonicTime(nanoseconds: 4)) == 5)
  }

  @Test func values() {
    #expect(Value(unsigned: 7) == .integer(7))
    #expect(Value(unsigned: .max) == .unsigned(.max))
    let table = Value.table([.init("a", .bool(true))])
    #expect(table["a"] == .bool(true))
    #expect(table["b"] == nil)
    #expect(Value.null["a"] == nil)
  }
}
