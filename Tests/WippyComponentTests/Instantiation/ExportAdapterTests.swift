import Synchronization
import Testing
import WippyCore
import WippyEngine

@testable import WippyComponent

/// What is called often is called through an adapter, and nobody can tell.
@Suite struct ExportAdapterTests {
  /// Enough calls for an adapter, and then some.
  private static let calls = ExportDemand.threshold + 2 * ExportDemand.step

  private func repeated(_ guest: GuestDriver, _ name: String, _ arguments: Value...) throws -> Value? {
    let first = try guest.call(name, arguments: arguments)
    for _ in 0..<Self.calls {
      guard try guest.call(name, arguments: arguments) == first else {
        Issue.record("\(name) returns something else")
        break
      }
    }
    #expect(guest.usesAdapter, "\(name)")
    return first
  }

  @Test func stringsListsAndRecords() throws {
    let guest = try GuestDriver(guest: "shapes")
    #expect(try repeated(guest, "reverse-text", .string("abc")) == .string("cba"))
    let texts = Value.array([.string("one"), .string(""), .string("drei")])
    #expect(try repeated(guest, "reverse-texts", texts) == .array([.string("drei"), .string(""), .string("one")]))
    #expect(try repeated(guest, "reverse-bytes", .bytes([1, 2, 3])) == .bytes([3, 2, 1]))
    // Nothing is released after it, and nothing returned through memory.
    #expect(try repeated(guest, "sum", .array([.integer(1), .integer(-3)])) == .integer(-2))
    // One after the other, each with the adapter that it has.
    #expect(try guest.call("reverse-text", .string("no")) == .string("on"))
    #expect(guest.usesAdapter)
  }

  @Test func plainFunctions() throws {
    let guest = try GuestDriver(guest: "shapes")
    // A result in memory that nobody releases.
    let version = try guest.call("version")
    for _ in 0..<Self.calls { #expect(try guest.call("version") == version) }
    #expect(guest.usesAdapter)
    for number in 0..<Int64(Self.calls) {
      #expect(try guest.call("add", .integer(number), .integer(1)) == .integer(number + 1))
    }
    #expect(guest.usesAdapter)
    // In turn: one adapter ends before the other one begins.
    for number in 0..<Int64(100) {
      #expect(try guest.call("add", .integer(number), .integer(2)) == .integer(number + 2))
      #expect(try guest.call("version") == version)
      if number.isMultiple(of: 3) { #expect(try guest.call("reverse-text", .string("abc")) == .string("cba")) }
    }
  }

  @Test func textsAmongNumbers() throws {
    let text = """
      (component
        (core module $Code
          (memory (export "memory") 1)
          (global $free (mut i32) (i32.const 64))
          (global $held (mut i32) (i32.const 0))
          (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $held (i32.add (global.get $held) (i32.const 1)))
            (global.set $free (i32.add (global.get $free) (local.get 3)))
            (i32.sub (global.get $free) (local.get 3)))
          (func (export "release") (param i32)
            (global.set $free (i32.const 64))
            (global.set $held (i32.const 0)))
          (func (export "pick") (param i32 i32 i64 i32 i32 i32) (result i32)
            (if (i32.ne (global.get $held) (i32.const 2)) (then unreachable))
            (if (i64.eqz (local.get 2)) (then (local.set 4 (local.get 0)) (local.set 5 (local.get 1))))
            (i32.store (i32.const 0) (local.get 4))
            (i32.store (i32.const 4) (local.get 5))
            (i32.const 0)))
        (core instance $code (instantiate $Code))
        (func (export "pick")
          (param "a" string) (param "n" s64) (param "x" u8) (param "b" string) (result string)
          (canon lift (core func $code "pick") (memory (core memory $code "memory"))
            (realloc (core func $code "realloc")) (post-return (core func $code "release")))))
      """
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: NothingProvider())
    for number in 0..<Self.calls {
      let isFirst = number.isMultiple(of: 3)
      let arguments: [Value] = [
        .string("first \(number)"), .integer(isFirst ? 0 : -1), .integer(7), .string("größer \(number)"),
      ]
      #expect(try guest.call("pick", arguments: arguments) == (isFirst ? arguments[0] : arguments[3]))
    }
    #expect(guest.usesAdapter)
    #expect(try guest.call("pick", .string(""), .integer(0), .integer(0), .string("x")) == .string(""))
  }

  @Test func integersOfAllWidths() throws {
    let types = ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"]
    let functions = types.map { type in
      let core = type.hasSuffix("64") ? "i64" : "i32"
      return """
        (func (export "\(type)") (param "v" \(type)) (result \(type)) (canon lift (core func $code "\(core)")))
        """
    }
    let text = """
      (component
        (core module $Code
          (func (export "i32") (param i32) (result i32) (local.get 0))
          (func (export "i64") (param i64) (result i64) (local.get 0)))
        (core instance $code (instantiate $Code))
        \(functions.joined(separator: "\n")))
      """
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: NothingProvider())
    let values: [String: [Value]] = [
      "s8": [.integer(-128), .integer(127)], "u8": [.integer(0), .integer(255)],
      "s16": [.integer(-32768), .integer(-1)], "u16": [.integer(65535)],
      "s32": [.integer(Int64(Int32.min)), .integer(5)], "u32": [.integer(Int64(UInt32.max)), .integer(0)],
      "s64": [.integer(.min), .integer(.max)], "u64": [.integer(0), .integer(.max), .unsigned(.max)],
    ]
    for type in types {
      for _ in 0..<Self.calls {
        for value in values[type] ?? [] { #expect(try guest.call(type, value) == value) }
      }
      #expect(guest.usesAdapter)
    }
  }

  /// The epoch has to reach a guest that is served by its adapter.
  @Test func adaptersArePreempted() throws {
    let text = """
      (component
        (import "tick" (func $tick))
        (core func $tick' (canon lower (func $tick)))
        (core module $Code
          (import "host" "tick" (func $tick))
          (func (export "count") (param $n i32) (result i32)
            (local $i i32)
            (call $tick)
            (loop $again
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br_if $again (i32.lt_u (local.get $i) (local.get $n))))
            (local.get $i)))
        (core instance $code (instantiate $Code (with "host" (instance (export "tick" (func $tick'))))))
        (func (export "count") (param "n" u32) (result u32) (canon lift (core func $code "count"))))
      """
    let ticker = Ticker()
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: ticker)
    for _ in 0..<Self.calls { #expect(try guest.call("count", .integer(3)) == .integer(3)) }
    #expect(guest.usesAdapter)
    guest.yields = true
    ticker.engine.withLock { $0 = guest.engine }
    for number in 1...Int64(20) {
      guest.suspensions = 0
      #expect(try guest.call("count", .integer(number)) == .integer(number))
      #expect(guest.suspensions == 1)
    }
    // In the middle of a call, the guest goes away.
    try guest.begin("count", .integer(1000))
    #expect(guest.suspensions == 2)
    guest.close()
  }

  /// A function of the host suspends the guest within a call of its adapter.
  @Test func adaptersWait() throws {
    let text = """
      (component
        (import "wait" (func $wait (result u32)))
        (core func $wait' (canon lower (func $wait)))
        (core module $Code
          (import "host" "wait" (func $wait (result i32)))
          (func (export "twice") (param i32) (result i32)
            (i32.add (local.get 0) (i32.add (call $wait) (call $wait)))))
        (core instance $code (instantiate $Code (with "host" (instance (export "wait" (func $wait'))))))
        (func (export "twice") (param "n" u32) (result u32) (canon lift (core func $code "twice"))))
      """
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: WaitingProvider())
    for number in 0..<Int64(Self.calls) {
      guest.suspensions = 0
      #expect(try guest.call("twice", .integer(number)) == .integer(number + 14))
      #expect(guest.suspensions == 2)
    }
    #expect(guest.usesAdapter)
  }

  /// Behaves for a number of calls, and then breaks a rule.
  private static func text(_ body: String, realloc: String = "", release: String = "") -> String {
    """
    (component
      (core module $Code
        (memory (export "memory") 1)
        (global $calls (mut i32) (i32.const 0))
        (func $late (result i32) (i32.gt_u (global.get $calls) (i32.const \(calls))))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) \(realloc) (i32.const 1024))
        (func (export "release") (param i32) \(release))
        (func (export "echo") (param i32 i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (i32.store (i32.const 0) (local.get 0))
          (i32.store (i32.const 4) (local.get 1))
          \(body)
          (i32.const 0)))
      (core instance $code (instantiate $Code))
      (func (export "echo") (param "v" string) (result string)
        (canon lift (core func $code "echo") (memory (core memory $code "memory"))
          (realloc (core func $code "realloc")) (post-return (core func $code "release")))))
    """
  }

  private func failure(_ text: String) throws -> String {
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: NothingProvider())
    for _ in 0..<Self.calls { #expect(try guest.call("echo", .string("x")) == .string("x")) }
    #expect(guest.usesAdapter)
    do {
      for _ in 0..<3 { _ = try guest.call("echo", .string("x")) }
    } catch let error as DriverError {
      return error.message
    }
    return ""
  }

  @Test func violationsAreTraps() throws {
    let outside = "(if (call $late) (then (i32.store (i32.const 0) (i32.const 0x7fffffff))))"
    #expect(try failure(Self.text(outside)).contains("outside"))
    let invalid = "(if (call $late) (then (i32.store8 (i32.const 1024) (i32.const 0xff))))"
    #expect(try failure(Self.text(invalid)).contains("not valid UTF-8"))
    let allocation = "(if (call $late) (then (return (i32.const 0x7fffffff))))"
    #expect(try failure(Self.text("", realloc: allocation)).contains("out of bounds"))
    let trap = "(if (call $late) (then unreachable))"
    #expect(try !failure(Self.text("", release: trap)).isEmpty)
    #expect(try !failure(Self.text(trap)).isEmpty)
  }
}

/// `tick` moves the epoch, when there is an engine.
final class Ticker: HostProvider, Sendable {
  let engine = Mutex<Engine?>(nil)

  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .immediate { [self] _ throws(HostFault) in engine.withLock { $0?.incrementEpoch() } }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
  }
}

/// `wait` returns 7 when it has been asked twice.
struct WaitingProvider: HostProvider {
  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .resumable { _ throws(HostFault) in
      .wait(SecondTime()) { _ throws(HostFault) in .value(.integer(7)) }
    }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
  }
}

private final class SecondTime: PendingOperation {
  private let asked = Atomic<Int>(0)

  var isComplete: Bool { asked.add(1, ordering: .relaxed).newValue > 1 }

  func cancel() {}
}
