import Foundation
import Testing
import WippyCore
import WippyEngine

@testable import WippyComponent

/// A component whose modules became one does what it does with its modules apart.
@Suite struct MergedGuestTests {
  /// Two modules, the second of which lives of the first: memory, table, globals, functions.
  private static let linked = """
    (component
      (core module $First
        (type $binary (func (param i32 i32) (result i32)))
        (memory (export "memory") 2 4)
        (table (export "table") 8 16 funcref)
        (global (export "base") i32 (i32.const 2))
        (global (export "address") i32 (i32.const 256))
        (global $count (export "count") (mut i32) (i32.const 10))
        (elem (i32.const 0) $add $subtract)
        (data (i32.const 16) "first")
        (func $add (export "add") (type $binary) (i32.add (local.get 0) (local.get 1)))
        (func $subtract (type $binary) (i32.sub (local.get 0) (local.get 1)))
        (func (export "grow") (result i32) (memory.grow (i32.const 1)))
        (func (export "read") (param i32) (result i32) (i32.load8_u (local.get 0))))
      (core module $Second
        (type $unused (func (param f64)))
        (type $binary (func (param i32 i32) (result i32)))
        (import "env" "base" (global $base i32))
        (import "env" "address" (global $address i32))
        (import "env" "count" (global $count (mut i32)))
        (import "env" "table" (table $table 4 funcref))
        (import "env" "memory" (memory $memory 1))
        (import "env" "add" (func $add (param i32 i32) (result i32)))
        (import "env" "read" (func $read (param i32) (result i32)))
        (memory $own 1)
        (table $names 2 externref)
        (global $start i32 (i32.add (global.get $address) (i32.const 4)))
        (global $reference funcref (ref.func $triple))
        (elem $moved funcref (ref.func $triple) (ref.null func))
        (elem (table $table) (global.get $base) func $multiply $triple)
        (elem (table $table) (i32.add (global.get $base) (i32.const 2)) funcref (ref.func $add) (global.get $reference))
        (data $passive "passive")
        (data (memory $memory) (global.get $start) "second")
        (data (memory $own) (i32.const 8) "own")
        (func $multiply (type $binary) (i32.mul (local.get 0) (local.get 1)))
        (func $triple (type $binary) (call $add (call $add (local.get 0) (local.get 0)) (local.get 0)))
        (func $declared (export "declared") (type $binary) (i32.const 77))
        (func (export "call") (param $place i32) (param $value i32) (result i32)
          (global.set $count (i32.add (global.get $count) (i32.const 1)))
          (call_indirect $table (type $binary) (local.get $value) (i32.const 5) (local.get $place)))
        (func (export "count") (result i32) (global.get $count))
        (func (export "second") (result i32) (call $read (i32.add (global.get $start) (i32.const 2))))
        (func (export "own") (result i32)
          (i32.store8 $own (i32.const 0) (i32.load8_u $own (i32.const 9)))
          (memory.copy $memory $own (i32.const 100) (i32.const 0) (i32.const 1))
          (i32.load8_u $memory (i32.const 100)))
        (func (export "init") (result i32)
          (memory.init $memory $passive (i32.const 50) (i32.const 0) (i32.const 7))
          (data.drop $passive)
          (call $read (i32.const 53)))
        (func (export "tables") (result i32)
          (table.init $table $moved (i32.const 6) (i32.const 0) (i32.const 2))
          (elem.drop $moved)
          (table.copy $table $table (i32.const 7) (i32.const 6) (i32.const 1))
          (table.set $table (i32.const 6) (ref.func $declared))
          (i32.add (table.size $names)
            (i32.add (call_indirect $table (type $binary) (i32.const 1) (i32.const 1) (i32.const 6))
              (call_indirect $table (type $binary) (i32.const 4) (i32.const 1) (i32.const 7)))))
        (func (export "vector") (result i32)
          (v128.store $memory (i32.const 512) (v128.const i32x4 1 2 3 4))
          (i32x4.extract_lane 2 (v128.load $memory (i32.const 512))))
        (func (export "many") (param i32) (result i32)
          (local $a i64) (local $b i32)
          (local.set $b (block $out (result i32) (block $one (block $two
            (br_table $one $two $two (local.get 0))) (br $out (i32.const 20))) (i32.const 10)))
          (block (param) (result i32 i32) (i32.const 1) (local.get $b)) i32.add))
      (core instance $first (instantiate $First))
      (core instance $second (instantiate $Second (with "env" (instance $first))))
      (func (export "call") (param "place" u32) (param "value" u32) (result u32)
        (canon lift (core func $second "call")))
      (func (export "count") (result u32) (canon lift (core func $second "count")))
      (func (export "second") (result u32) (canon lift (core func $second "second")))
      (func (export "own") (result u32) (canon lift (core func $second "own")))
      (func (export "init") (result u32) (canon lift (core func $second "init")))
      (func (export "tables") (result u32) (canon lift (core func $second "tables")))
      (func (export "vector") (result u32) (canon lift (core func $second "vector")))
      (func (export "many") (param "n" u32) (result u32) (canon lift (core func $second "many")))
      (func (export "grow") (result u32) (canon lift (core func $first "grow")))
      (func (export "read") (param "place" u32) (result u32) (canon lift (core func $first "read"))))
    """

  /// The same component, merged and apart.
  static func both(_ text: String) throws -> [GuestDriver] {
    let bytes = try WebAssemblyText.binary(of: text)
    let guests = try [true, false].map { try GuestDriver(bytes, provider: NothingProvider(), merges: $0) }
    #expect(guests.map(\.isMerged) == [true, false])
    return guests
  }

  /// What a call returns, or the text of its trap.
  static func outcome(_ guest: GuestDriver, _ name: String, _ arguments: [Value]) -> String {
    do {
      return try guest.call(name, arguments: arguments).map { "\($0)" } ?? "nothing"
    } catch {
      return "\(error)"
    }
  }

  @Test func linkedModules() throws {
    let calls: [(String, [Value])] =
      [
        ("second", []), ("own", []), ("init", []), ("tables", []), ("vector", []), ("count", []), ("grow", []),
        ("grow", []), ("grow", []), ("read", [.integer(16)]), ("read", [.integer(200_000)]),
      ] + (0..<4).map { ("many", [.integer($0)]) }
    let guests = try Self.both(Self.linked)
    for (name, arguments) in calls {
      let outcomes = guests.map { Self.outcome($0, name, arguments) }
      #expect(outcomes[0] == outcomes[1], "\(name)")
    }
    #expect(Self.outcome(guests[0], "second", []) == "\(Value.integer(Int64(UInt8(ascii: "c"))))")
    #expect(Self.outcome(guests[0], "own", []) == "\(Value.integer(Int64(UInt8(ascii: "w"))))")
  }

  /// What ends a call ends it with the same trap: each of them in instances of its own.
  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 8, 1000] as [Int64]) func tableEntries(_ place: Int64) throws {
    let guests = try Self.both(Self.linked)
    let outcomes = guests.map { Self.outcome($0, "call", [.integer(place), .integer(7)]) }
    #expect(outcomes[0] == outcomes[1])
    #expect(guests[0].trap?.backtrace.map(\.description) == guests[1].trap?.backtrace.map(\.description))
    let known: [Int64: Int64] = [0: 12, 1: 2, 2: 35, 3: 21, 4: 12, 5: 21]
    if let expected = known[place] { #expect(outcomes[0] == "\(Value.integer(expected))") }
  }

  /// Start functions run in order, when everything is there.
  @Test func startFunctions() throws {
    let text = """
      (component
        (core module $First
          (memory (export "memory") 1)
          (func $start (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1))))
          (func (export "read") (result i32) (i32.load (i32.const 0)))
          (data (i32.const 0) "\\40")
          (start $start))
        (core module $Second
          (import "env" "memory" (memory 1))
          (func $start (i32.store8 (i32.const 1) (i32.mul (i32.load8_u (i32.const 0)) (i32.const 2))))
          (start $start))
        (core instance $first (instantiate $First))
        (core instance $second (instantiate $Second (with "env" (instance $first))))
        (func (export "read") (result u32) (canon lift (core func $first "read"))))
      """
    for guest in try Self.both(text) { #expect(try guest.call("read") == .integer(0x8241)) }
  }

  /// Modules of which there are several instances, each with its own state.
  @Test func severalInstances() throws {
    let text = """
      (component
        (core module $Counter
          (global $count (mut i32) (i32.const 0))
          (func (export "next") (result i32)
            (global.set $count (i32.add (global.get $count) (i32.const 1)))
            (global.get $count)))
        (core instance $one (instantiate $Counter))
        (core instance $two (instantiate $Counter))
        (func (export "one") (result u32) (canon lift (core func $one "next")))
        (func (export "two") (result u32) (canon lift (core func $two "next"))))
      """
    for guest in try Self.both(text) {
      #expect(try guest.call("one") == .integer(1))
      #expect(try guest.call("one") == .integer(2))
      #expect(try guest.call("two") == .integer(1))
    }
  }

  @Test func guestsOfTheProject() throws {
    for name in ["greet", "composed", "shapes", "files", "http_server", "all_imports", "greet_swift"] {
      let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let bytes = [UInt8](try Data(contentsOf: repository.appending(path: "Guests/\(name)/\(name).wasm")))
      let guest = try GuestDriver(bytes, provider: NothingProvider())
      let apart = try GuestDriver(bytes, provider: NothingProvider(), merges: false)
      #expect(guest.isMerged == (apart.moduleCount > 1), "\(name)")
      guard name == "shapes" else { continue }
      let texts = Value.array([.string("one"), .string("zwei")])
      for guest in [guest, apart] {
        #expect(try guest.call("reverse-texts", texts) == .array([.string("zwei"), .string("one")]))
      }
    }
  }
}
