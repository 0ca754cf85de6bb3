import Testing
import WippyEngine

@testable import WippyComponent

/// Sizes, alignments and core types, worked out by hand from CanonicalABI.md.
@Suite struct LayoutTests {
  @Test func scalars() throws {
    let expected: [(ValueType, UInt32, UInt32, [CoreValueType])] = [
      (.bool, 1, 1, [.i32]), (.u8, 1, 1, [.i32]), (.s16, 2, 2, [.i32]), (.u32, 4, 4, [.i32]), (.s64, 8, 8, [.i64]),
      (.f32, 4, 4, [.f32]), (.f64, 8, 8, [.f64]), (.char, 4, 4, [.i32]), (.string, 8, 4, [.i32, .i32]),
      (.list(.u64), 8, 4, [.i32, .i32]),
    ]
    for (type, size, alignment, flat) in expected {
      let layout = try Layout(type)
      #expect(layout.size == size)
      #expect(layout.alignment == alignment)
      #expect(layout.flat == flat)
    }
  }

  @Test func productsArePadded() throws {
    let layout = try Layout(.record([.init("a", .u8), .init("b", .u64), .init("c", .u16)]))
    #expect(layout.size == 24)
    #expect(layout.alignment == 8)
    #expect(layout.flat == [.i32, .i64, .i32])
    guard case .product(let fields) = layout.shape else {
      Issue.record("a record is no product")
      return
    }
    #expect(fields.map(\.offset) == [0, 8, 16])
  }

  @Test func variantsJoinTheirCases() throws {
    let layout = try Layout(
      .variant([.init("a", .f32), .init("b", .u64), .init("c", .tuple([.f64, .u32])), .init("d")]))
    #expect(layout.size == 24)
    #expect(layout.alignment == 8)
    #expect(layout.flat == [.i32, .i64, .i32])
    #expect(try Layout(.variant([.init("a", .f32), .init("b", .u32)])).flat == [.i32, .i32])
    #expect(try Layout(.variant([.init("a", .f32), .init("b", .f32)])).flat == [.i32, .f32])
    #expect(try Layout(.option(.u8)).size == 2)
    #expect(try Layout(.result(ok: nil, error: nil)).size == 1)
  }

  @Test func discriminantsGrowWithTheCases() throws {
    #expect(try Layout(.enumeration((0..<256).map { "c\($0)" })).size == 1)
    #expect(try Layout(.enumeration((0..<257).map { "c\($0)" })).size == 2)
    #expect(try Layout(.flags((0..<9).map { "f\($0)" })).size == 2)
    #expect(try Layout(.flags((0..<32).map { "f\($0)" })).size == 4)
    #expect(throws: ABIViolation.self) { try Layout(.flags((0..<33).map { "f\($0)" })) }
  }

  @Test func signaturesSpill() throws {
    let sixteen = FunctionType(parameters: (0..<16).map { .init("p\($0)", .u32) }, result: .u8)
    let signature = try Signature(sixteen)
    #expect(signature.lifted == CoreFunctionType(parameters: Array(repeating: .i32, count: 16), results: [.i32]))
    #expect(signature.spilledParameters == nil)
    let more = try Signature(
      FunctionType(parameters: (0..<17).map { .init("p\($0)", .u32) }, result: .string))
    #expect(more.lifted == CoreFunctionType(parameters: [.i32], results: [.i32]))
    #expect(more.lowered == CoreFunctionType(parameters: [.i32, .i32], results: []))
    #expect(more.spilledParameters?.size == 68)
  }
}
