import Synchronization
import Testing
import WippyCore
import WippyEngine

@testable import WippyComponent

/// Plain calls through the transfer area do what ordinary calls do.
@Suite struct TransferTests {
  /// Enough calls for an adapter, and then some.
  private static let calls = ExportDemand.threshold + 2 * ExportDemand.step

  /// Counts its calls; `echo` returns its argument, and does what is written here first.
  private static func echo(
    _ body: String = "", realloc: String = "", release: String = "", imports: String = "", core: String = "",
    with instances: String = "", options: String = ""
  ) throws -> [UInt8] {
    try WebAssemblyText.binary(
      of: """
        (component
          \(imports)
          (core module $Code
            \(core)
            (memory (export "memory") 8)
            (global $held (mut i32) (i32.const 0))
            (global $calls (mut i32) (i32.const 0))
            (global $released (mut i32) (i32.const 0))
            (func $late (result i32) (i32.gt_u (global.get $calls) (i32.const \(calls))))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
              (if (i32.or (local.get 0) (local.get 1)) (then unreachable))
              (if (i32.ne (local.get 2) (i32.const 1)) (then unreachable))
              (global.set $held (i32.add (global.get $held) (i32.const 1)))
              \(realloc)
              (i32.const 1024))
            (func (export "release") (param i32)
              (if (i32.ne (local.get 0) (i32.const 16)) (then unreachable))
              (global.set $held (i32.sub (global.get $held) (i32.const 1)))
              (global.set $released (i32.add (global.get $released) (i32.const 1)))
              \(release))
            (func (export "echo") (param i32 i32) (result i32)
              (if (i32.ne (global.get $held) (i32.const 1)) (then unreachable))
              (if (i32.ne (global.get $calls) (global.get $released)) (then unreachable))
              (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
              (i32.store (i32.const 16) (local.get 0))
              (i32.store (i32.const 20) (local.get 1))
              \(body)
              (i32.const 16))
            (func (export "calls") (result i32) (global.get $calls)))
          (core instance $code (instantiate $Code \(instances)))
          (func (export "echo") (param "v" string) (result string)
            (canon lift (core func $code "echo") (memory (core memory $code "memory"))
              (realloc (core func $code "realloc")) (post-return (core func $code "release")) \(options)))
          (func (export "calls") (result u32) (canon lift (core func $code "calls"))))
        """)
  }

  /// A guest whose calls go through the area.
  private static func warm(
    _ binary: [UInt8], _ provider: any HostProvider = NothingProvider(), text: String = "x"
  ) throws -> GuestDriver {
    let guest = try GuestDriver(binary, provider: provider)
    for _ in 0..<calls { #expect(try guest.call("echo", .string(text)) == .string(text)) }
    #expect(guest.transfers)
    return guest
  }

  private func failure(_ guest: GuestDriver, _ text: String = "x") -> String {
    do {
      let value = try guest.call("echo", .string(text))
      Issue.record("no failure, but \(String(describing: value))")
      return ""
    } catch {
      return (error as? DriverError)?.message ?? ""
    }
  }

  @Test func textsOfAllSizes() throws {
    let guest = try Self.warm(try Self.echo())
    let capacity = Int(TransferArea.capacity)
    for count in Array(0...70) + [4096, capacity - 1, capacity] {
      let text = String(repeating: "y", count: count)
      #expect(try guest.call("echo", .string(text)) == .string(text), "\(count)")
      #expect(guest.transfers)
    }
    // These are ordinary calls of the same adapter, and what comes after them is not.
    for count in [capacity + 1, 3 * capacity] {
      let text = String(repeating: "z", count: count)
      #expect(try guest.call("echo", .string(text)) == .string(text), "\(count)")
      #expect(guest.transfers)
      #expect(try guest.call("echo", .string("short")) == .string("short"))
    }
    let calls = Self.calls + 71 + 3 + 4
    #expect(try guest.call("calls") == .integer(Int64(calls)))
  }

  @Test func otherTextsThanASCII() throws {
    let guest = try Self.warm(try Self.echo())
    for text in ["ä", "größer als sonst, und das um einiges", "日本語のテキスト", "x\u{1F980}", "\u{0}", "e\u{301}"] {
      #expect(try guest.call("echo", .string(text)) == .string(text))
      // What the area has from before is not looked at.
      #expect(try guest.call("echo", .string("a")) == .string("a"))
      #expect(try guest.call("echo", .string("")) == .string(""))
      #expect(guest.transfers)
    }
  }

  @Test func longResults() throws {
    // Half of the guest's memory, which has no room in the area.
    let body = """
      (if (call $late) (then
        (memory.fill (i32.const 1024) (i32.const 0x61) (i32.const 200000))
        (i32.store (i32.const 20) (i32.const 200000))))
      """
    let guest = try Self.warm(try Self.echo(body))
    for _ in 0..<3 {
      #expect(try guest.call("echo", .string("x")) == .string(String(repeating: "a", count: 200_000)))
      #expect(guest.transfers)
    }
  }

  @Test(arguments: [
    // The result's address, its text's address and length.
    ("(if (call $late) (then (return (i32.const 18))))", "not aligned"),
    ("(if (call $late) (then (return (i32.const 0x7ffffffc))))", "outside"),
    ("(if (call $late) (then (return (i32.const 0x80000))))", "outside"),
    ("(if (call $late) (then (return (i32.const 0xfffffffc))))", "outside"),
    ("(if (call $late) (then (i32.store (i32.const 16) (i32.const 0xffffffff))))", "outside"),
    ("(if (call $late) (then (i32.store (i32.const 16) (i32.const 0x80000))))", "outside"),
    ("(if (call $late) (then (i32.store (i32.const 20) (i32.const 0x10000000))))", "too long"),
    ("(if (call $late) (then (i32.store (i32.const 20) (i32.const 0x7fc01))))", "outside"),
    ("(if (call $late) (then (i32.store8 (i32.const 1024) (i32.const 0xc3))))", "not valid UTF-8"),
    ("(if (call $late) (then unreachable))", "unreachable"),
  ]) func wrongResults(body: String, message: String) throws {
    let guest = try Self.warm(try Self.echo(body))
    let text = failure(guest)
    #expect(text.contains(message), "\(text)")
    #expect(!guest.transfers)
  }

  @Test(arguments: [
    ("(if (call $late) (then (return (i32.const 0x80000))))", "", "out of bounds"),
    ("(if (call $late) (then (return (i32.const 0xffffffff))))", "", "out of bounds"),
    ("(if (call $late) (then unreachable))", "", "unreachable"),
    ("", "(if (call $late) (then unreachable))", "unreachable"),
  ]) func wrongHelpers(realloc: String, release: String, message: String) throws {
    // In the function itself the count is one higher.
    let guest = try Self.warm(try Self.echo(realloc: realloc, release: release))
    if !realloc.isEmpty { #expect(try guest.call("echo", .string("x")) == .string("x")) }
    let text = failure(guest)
    #expect(text.contains(message), "\(text)")
    #expect(!guest.transfers)
    // The guest is gone for its process; the next call must not take the failed one's place.
    #expect(!failure(guest).isEmpty)
  }

  /// A text that just fits its memory.
  @Test func textsAtTheEndOfMemory() throws {
    let guest = try Self.warm(
      try Self.echo(realloc: "(if (call $late) (then (return (i32.sub (i32.const 0x80000) (local.get 3)))))"))
    #expect(try guest.call("echo", .string("x")) == .string("x"))
    for count in [0, 1, 7, 33, 64] {
      let text = String(repeating: "e", count: count)
      #expect(try guest.call("echo", .string(text)) == .string(text))
    }
    #expect(guest.transfers)
  }

  @Test func otherEncodings() throws {
    let text = """
      (component
        (core module $Code
          (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "echo") (param i32 i32) (result i32)
            (i32.store (i32.const 16) (local.get 0))
            (i32.store (i32.const 20) (local.get 1))
            (i32.const 16)))
        (core instance $code (instantiate $Code))
        (func (export "echo") (param "v" string) (result string)
          (canon lift (core func $code "echo") (memory (core memory $code "memory"))
            (realloc (core func $code "realloc")) string-encoding=ENCODING)))
      """
    for encoding in ["utf16", "latin1+utf16"] {
      let binary = try WebAssemblyText.binary(of: text.replacing("ENCODING", with: encoding))
      let guest = try GuestDriver(binary, provider: NothingProvider())
      for _ in 0..<Self.calls { #expect(try guest.call("echo", .string("größer 日")) == .string("größer 日")) }
      #expect(guest.usesAdapter && !guest.transfers)
    }
  }

  // MARK: Suspension

  private static let waiting = (
    imports: """
    (import "wait" (func $wait (result u32)))
    (core func $wait' (canon lower (func $wait)))
    """,
    core: #"(import "host" "wait" (func $wait (result i32)))"#,
    instances: #"(with "host" (instance (export "wait" (func $wait'))))"#
  )

  private static func waits(_ body: String, realloc: String = "", release: String = "") throws -> [UInt8] {
    try echo(
      body, realloc: realloc, release: release, imports: waiting.imports, core: waiting.core, with: waiting.instances)
  }

  @Test func callsWait() throws {
    let guest = try Self.warm(try Self.waits("(drop (call $wait))"), WaitingProvider(), text: "waits")
    for number in 0..<10 {
      guest.suspensions = 0
      #expect(try guest.call("echo", .string("waits \(number)")) == .string("waits \(number)"))
      #expect(guest.suspensions == 1)
      #expect(guest.transfers)
    }
    // In the middle of a call, the guest goes away.
    try guest.begin("echo", .string("gone"))
    guest.close()
  }

  /// Neither `realloc` nor a post-return function may call an import.
  @Test func helpersCannotLeave() throws {
    let wait = "(if (call $late) (then (drop (call $wait))))"
    let allocating = try Self.warm(try Self.waits("", realloc: wait), WaitingProvider())
    #expect(try allocating.call("echo", .string("x")) == .string("x"))
    #expect(failure(allocating).contains("cannot leave"))
    #expect(failure(try Self.warm(try Self.waits("", release: wait), WaitingProvider())).contains("cannot leave"))
  }

  /// The epoch reaches the guest in the middle of a call.
  @Test func callsArePreempted() throws {
    let ticker = Ticker()
    let guest = try Self.warm(
      try Self.echo(
        "(call $tick) (loop $again (br_if $again (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) "
          + "(i32.const 100))))",
        imports: #"(import "tick" (func $tick)) (core func $tick' (canon lower (func $tick)))"#,
        core: #"(import "host" "tick" (func $tick))"#,
        with: #"(with "host" (instance (export "tick" (func $tick'))))"#), ticker)
    guest.yields = true
    ticker.engine.withLock { $0 = guest.engine }
    for number in 0..<20 {
      guest.suspensions = 0
      #expect(try guest.call("echo", .string("call \(number)")) == .string("call \(number)"))
      #expect(guest.suspensions == 1)
      #expect(guest.transfers)
    }
  }

  // MARK: Several

  @Test func severalTexts() throws {
    let text = """
      (component
        (core module $Code
          (memory (export "memory") 16)
          (global $free (mut i32) (i32.const 64))
          (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $free (i32.add (global.get $free) (local.get 3)))
            (i32.sub (global.get $free) (local.get 3)))
          (func (export "join") (param i32 i32 i64 i32 i32 i32 i32) (result i32)
            (if (i64.ne (local.get 2) (i64.const -5)) (then unreachable))
            (if (i32.ne (local.get 5) (i32.const -7)) (then unreachable))
            (if (i32.ne (local.get 3) (i32.add (local.get 0) (local.get 1))) (then unreachable))
            (i32.store (i32.const 16) (local.get 0))
            (i32.store (i32.const 20) (i32.sub (global.get $free) (i32.const 64)))
            (global.set $free (i32.const 64))
            (i32.const 16)))
        (core instance $code (instantiate $Code))
        (func (export "join")
          (param "a" string) (param "n" s64) (param "b" string) (param "m" s8) (param "c" bool) (result string)
          (canon lift (core func $code "join") (memory (core memory $code "memory"))
            (realloc (core func $code "realloc"))))
        (func (export "echo")
          (param "a" string) (param "n" s64) (param "b" string) (param "m" s8) (param "c" u32) (result string)
          (canon lift (core func $code "join") (memory (core memory $code "memory"))
            (realloc (core func $code "realloc")))))
      """
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: NothingProvider())
    func call(_ name: String, _ first: String, _ second: String, _ last: Value) throws -> Value? {
      try guest.call(
        name, arguments: [.string(first), .integer(-5), .string(second), .integer(-7), last])
    }
    for _ in 0..<Self.calls { #expect(try call("echo", "one.", "two.", .integer(3)) == .string("one.two.")) }
    #expect(guest.transfers)
    // A bool is none of the plain types.
    for _ in 0..<Self.calls { #expect(try call("join", "one.", "two.", .bool(true)) == .string("one.two.")) }
    #expect(guest.usesAdapter && !guest.transfers)
    let half = String(repeating: "h", count: Int(TransferArea.capacity) / 2 - 1) + "."
    // The first call after another function's is none that stays.
    for _ in 0..<2 { #expect(try call("echo", "b.", "c.", .integer(2)) == .string("b.c.")) }
    for _ in 0..<3 {
      #expect(try call("echo", half, half, .integer(1)) == .string(half + half))
      #expect(guest.transfers)
      // Together they have no room; which is not seen before the second one.
      #expect(try call("echo", "a" + half, half, .integer(2)) == .string("a" + half + half))
      #expect(try call("echo", "b.", "c.", .integer(2)) == .string("b.c."))
    }
  }

  @Test func exportsInTurn() throws {
    let guest = try Self.warm(try Self.echo())
    var calls = Int64(Self.calls)
    for _ in 0..<Self.calls { #expect(try guest.call("calls") == .integer(calls)) }
    #expect(guest.transfers)
    for number in 0..<100 {
      for _ in 0..<number % 4 {
        calls += 1
        #expect(try guest.call("echo", .string("call \(calls)")) == .string("call \(calls)"))
      }
      for _ in 0..<number % 3 { #expect(try guest.call("calls") == .integer(calls)) }
    }
  }

  /// Components that call each other have their flags in a memory of their own, which the host's calls use as well.
  @Test func composedComponents() throws {
    let text = """
      (component
        (component $Inner
          (core module $Code (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
          (core instance $code (instantiate $Code))
          (func (export "next") (param "n" u32) (result u32) (canon lift (core func $code "next"))))
        (instance $inner (instantiate $Inner))
        (component $Outer
          (import "next" (func $next (param "n" u32) (result u32)))
          (core func $next' (canon lower (func $next)))
          (core module $Code
            (import "inner" "next" (func $next (param i32) (result i32)))
            (memory (export "memory") 1)
            (global $calls (mut i32) (i32.const 0))
            (func $late (result i32) (i32.gt_u (global.get $calls) (i32.const \(Self.calls + 2))))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
              (if (call $late) (then (drop (call $next (i32.const 1)))))
              (i32.const 1024))
            (func (export "echo") (param i32 i32) (result i32)
              (global.set $calls (call $next (global.get $calls)))
              (i32.store (i32.const 16) (local.get 0))
              (i32.store (i32.const 20) (local.get 1))
              (i32.const 16)))
          (core instance $code (instantiate $Code
            (with "inner" (instance (export "next" (func $next'))))))
          (func (export "echo") (param "v" string) (result string)
            (canon lift (core func $code "echo") (memory (core memory $code "memory"))
              (realloc (core func $code "realloc")))))
        (instance $outer (instantiate $Outer (with "next" (func $inner "next"))))
        (export "echo" (func $outer "echo")))
      """
    let guest = try Self.warm(try WebAssemblyText.binary(of: text))
    for _ in 0..<3 { #expect(try guest.call("echo", .string("both")) == .string("both")) }
    #expect(failure(guest).contains("cannot leave"))
  }

  /// Where the store has no room for the area, the guest has no adapter, and works.
  @Test func withoutRoom() throws {
    let text = """
      (component
        (core module $Code
          (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
        (core instance $code (instantiate $Code))
        (func (export "next") (param "n" u32) (result u32) (canon lift (core func $code "next"))))
      """
    let guest = try GuestDriver(
      try WebAssemblyText.binary(of: text), provider: NothingProvider(), memoryLimit: 0x1_0000)
    for number in 0..<Int64(Self.calls) {
      #expect(try guest.call("next", .integer(number)) == .integer(number + 1))
    }
    #expect(!guest.usesAdapter && !guest.transfers)
  }
}
