import Testing
import WippyCore
import WippyEngine

@testable import WippyComponent

/// A trap of a merged module says where it happened in the modules that it was made of.
@Suite struct MergedBacktraceTests {
  /// The second module's function traps below functions of the first one; indices of functions and types differ.
  private static let text = """
    (component
      (core module $library
        (memory (export "memory") 1)
        (func $unused (param f32) (result f32) (local.get 0))
        (table (export "table") 2 funcref)
        (func $apply (export "apply") (param $f i32) (param $x i32) (result i32)
          (drop (i32.const 1000000))
          (call_indirect (param i32) (result i32) (local.get $x) (local.get $f))))
      (core module $program
        (import "env" "apply" (func $apply (param i32 i32) (result i32)))
        (import "env" "table" (table 2 funcref))
        (import "env" "memory" (memory 1))
        (elem (i32.const 0) func $divide $load)
        (func $helper (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
        (func $divide (param i32) (result i32)
          (i32.div_u (call $helper (i32.const 100)) (local.get 0)))
        (func (param i32) (result i32) unreachable)
        (func $load (param i32) (result i32)
          (drop (call $helper (call $helper (i32.const 100))))
          (i32.load offset=70000 (local.get 0)))
        (func (export "run") (param i32 i32) (result i32)
          (drop (call $helper (i32.const 2)))
          (call $apply (local.get 0) (local.get 1)))
        (func (export "nameless") (param i32) (result i32) (call 3 (local.get 0))))
      (core instance $library (instantiate $library))
      (core instance $program (instantiate $program (with "env" (instance $library))))
      (func (export "run") (param "f" u32) (param "x" u32) (result u32) (canon lift (core func $program "run")))
      (func (export "nameless") (param "x" u32) (result u32) (canon lift (core func $program "nameless"))))
    """

  @Test func framesAreThoseOfTheModules() throws {
    for (name, arguments) in [
      ("run", [Value.integer(0), .integer(0)]), ("run", [.integer(1), .integer(0)]),
      ("run", [.integer(9), .integer(0)]),
      ("nameless", [.integer(1)]),
    ] {
      let guests = try MergedGuestTests.both(Self.text)
      for guest in guests {
        #expect(throws: DriverError.self) { try guest.call(name, arguments: arguments) }
      }
      let trap = try #require(guests[0].trap)
      let apart = try #require(guests[1].trap)
      #expect(trap.message == apart.message)
      #expect(trap.backtrace.map(\.description) == apart.backtrace.map(\.description))
      #expect(trap.backtrace.map(\.index) == apart.backtrace.map(\.index))
      #expect(!trap.backtrace.isEmpty)
    }
  }

  @Test func aFrameHasTheNameOfItsModule() throws {
    let guest = try MergedGuestTests.both(Self.text)[0]
    #expect(throws: DriverError.self) { try guest.call("run", .integer(0), .integer(0)) }
    let frames = try #require(guest.trap).backtrace
    #expect(frames.map(\.module) == ["program", "library", "program"])
    #expect(frames.map(\.function) == ["divide", "apply", nil])
  }
}
