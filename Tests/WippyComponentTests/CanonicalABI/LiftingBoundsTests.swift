import Testing
import WippyCore

@testable import WippyComponent

/// What a guest can describe is bounded by what it costs the host.
@Suite struct LiftingBoundsTests {
  private func lift(_ type: ValueType, bytes: [UInt8], budget: Int) throws -> Value {
    var bytes = bytes
    return try bytes.withUnsafeMutableBytes { memory in
      var lifting = Lifting(memory: GuestMemory(memory), encoding: .utf8, budget: budget) {
        (_, _, _) throws(ABIViolation) in throw ABIViolation("no handles here")
      }
      return try lifting.load(Layout(type), at: 0)
    }
  }

  @Test(arguments: [
    ValueType.list(.flags((0..<32).map { "flag\($0)" })), .list(.variant([.init("a", .u8)])),
    .list(.tuple([.u8, .u8])), .list(.result(ok: .u8, error: nil)),
  ])
  func smallElementsCostWhatTheyBecome(_ type: ValueType) throws {
    // A pointer to 8, and 1000 elements of ones.
    var bytes: [UInt8] = [8, 0, 0, 0, 0xe8, 3, 0, 0]
    bytes += Array(repeating: type == .list(.flags((0..<32).map { "flag\($0)" })) ? 0xff : 0, count: 8000)
    #expect(try lift(type, bytes: bytes, budget: 1 << 30) != .null)
    #expect(throws: ABIViolation.self) { try lift(type, bytes: bytes, budget: 30_000) }
  }

  @Test func theEndOfTheAddressSpaceIsOutside() {
    var bytes = [UInt8](repeating: 0, count: 16)
    bytes.withUnsafeMutableBytes { memory in
      let memory = GuestMemory(memory)
      #expect(throws: ABIViolation.self) { try memory.check(.max, count: 4) }
      #expect(throws: ABIViolation.self) { try memory.check(0xffff_fffc, count: 8, alignment: 4) }
      #expect(throws: ABIViolation.self) { try memory.check(12, count: .max / 2) }
    }
  }
}
