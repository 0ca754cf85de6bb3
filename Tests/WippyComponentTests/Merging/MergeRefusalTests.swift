import Testing
import WippyEngine

@testable import WippyComponent

/// What cannot be merged runs with its modules apart.
@Suite struct MergeRefusalTests {
  /// A component of two modules, the second of which imports what the first one exports.
  private static func component(_ first: String, _ second: String, after: String = "") -> String {
    """
    (component
      (core module $First (func (export "seven") (result i32) (i32.const 7)) \(first))
      (core module $Second \(second) (func (export "eight") (result i32) (i32.const 8)))
      (core instance $first (instantiate $First))
      (core instance $second (instantiate $Second (with "env" (instance $first))))
      (func (export "seven") (result u32) (canon lift (core func $first "seven")))
      (func (export "eight") (result u32) (canon lift (core func $second "eight"))) \(after))
    """
  }

  private static let tooManyMemories = String(repeating: "(memory 1)", count: 17)

  /// Valid, and too much for the rewriter.
  static let apart: [String] = [
    component("(type $array (array (mut i32)))", ""),
    component(
      "(type $t (func)) (func (export \"f\") (param (ref null $t)))",
      "(type $t (func)) (import \"env\" \"f\" (func (param (ref null $t))))"),
    component(
      "(memory (export \"m\") 1) (func $start) (start $start)",
      "(import \"env\" \"m\" (memory 1)) (data (i32.const 0) \"x\")"),
    component(tooManyMemories, ""),
    component("(@custom \".debug_info\" \"\")", ""),
  ]

  @Test(arguments: apart) func runsApart(_ text: String) throws {
    let guest = try GuestDriver(try WebAssemblyText.binary(of: text), provider: NothingProvider())
    #expect(!guest.isMerged)
    #expect(try guest.call("seven") == .integer(7))
    #expect(try guest.call("eight") == .integer(8))
  }

  /// What the engine refuses is refused with the same words.
  static let refused: [String] = [
    component("(memory (export \"m\") 1)", "(import \"env\" \"m\" (memory 2))"),
    component("(table (export \"t\") 1 funcref)", "(import \"env\" \"t\" (table 1 1 funcref))"),
    component("(func (export \"f\") (result i64) (i64.const 0))", "(import \"env\" \"f\" (func (result i32)))"),
    component("(global (export \"g\") (mut i32) (i32.const 0))", "(import \"env\" \"g\" (global i32))"),
    component("(memory (export \"m\") 1)", "(import \"env\" \"m\" (memory 1)) (data (i32.const 65536) \"x\")"),
    component(
      "(table (export \"t\") 1 funcref)",
      "(import \"env\" \"t\" (table 1 funcref)) (func $f) (elem (i32.const 1) func $f)"),
    component("(func $start unreachable) (start $start)", ""),
  ]

  @Test(arguments: refused) func failsTheSameWay(_ text: String) throws {
    let bytes = try WebAssemblyText.binary(of: text)
    var errors: [String] = []
    for merges in [true, false] {
      do {
        _ = try GuestDriver(bytes, provider: NothingProvider(), merges: merges)
        Issue.record("it was instantiated")
      } catch {
        errors.append("\(error)")
      }
    }
    #expect(errors.count == 2 && errors[0] == errors[1], "\(errors)")
  }

  @Test func damagedModulesAreNoDanger() throws {
    let bytes = try WebAssemblyText.binary(
      of: Self.component("(memory (export \"m\") 1)", "(import \"env\" \"m\" (memory 1)) (data (i32.const 0) \"xyz\")"))
    let plan = try bytes.withUnsafeBytes { bytes in
      try ComponentPlanner.plan(ComponentDecoder.decode(bytes), bytes: bytes, provider: NothingProvider())
    }
    let merge = try #require(plan.merge)
    let source = GuestPlan.ModuleSource.merged(merge)
    let end = try #require(merge.parts.last).upperBound
    var merged = 0
    // The plan is that of the whole binary, whatever becomes of the bytes: such is a file that changes.
    for place in bytes.indices {
      for change in [0x00, 0x01, 0x40, 0x7f, 0x80, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[place] = change
        merged += (try? damaged.withUnsafeBytes { try source.bytes(in: $0) }) == nil ? 0 : 1
      }
    }
    #expect(merged > 0 && merged < bytes.count * 6)
    for count in stride(from: 0, to: end, by: 7) {
      #expect(throws: EngineError.self) {
        try bytes[..<count].withUnsafeBytes { try source.bytes(in: UnsafeRawBufferPointer($0)) }
      }
    }
  }
}
