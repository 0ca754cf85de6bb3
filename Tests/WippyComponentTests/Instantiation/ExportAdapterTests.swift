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

  @Test func singleCallsNeedNone() throws {
    let guest = try GuestDriver(guest: "shapes")
    // Nor does a result in memory that nobody releases.
    for _ in 0..<Self.calls { #expect(try guest.call("version") != nil) }
    #expect(!guest.usesAdapter)
    for number in 0..<Int64(Self.calls) {
      #expect(try guest.call("add", .integer(number), .integer(1)) == .integer(number + 1))
    }
    #expect(!guest.usesAdapter)
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
    #expect(try failure(Self.text("", realloc: allocation)).contains("outside"))
    let trap = "(if (call $late) (then unreachable))"
    #expect(try !failure(Self.text("", release: trap)).isEmpty)
    #expect(try !failure(Self.text(trap)).isEmpty)
  }
}
