import Testing
import WippyTestKit

@testable import WippyComponent

/// Damaged components must be refused or accepted, and nothing else may happen.
@Suite struct ComponentMutationTests {
  private func mutate(_ original: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes[position] = [0x00, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
      case 3: bytes[position] = bytes[position] &+ (Bool.random(using: &generator) ? 1 : 255)
      case 4: bytes.swapAt(position, Int.random(in: 0..<bytes.count, using: &generator))
      default:
        // Copies a short piece, so that whole definitions are doubled now and then.
        let length = min(8, bytes.count - position)
        let target = Int.random(in: 0...(bytes.count - length), using: &generator)
        bytes.replaceSubrange(target..<target + length, with: Array(bytes[position..<position + length]))
      }
    }
    return bytes
  }

  @Test(arguments: ComponentFixture.allCases) func mutationsNeverCrash(_ fixture: ComponentFixture) throws {
    let original = try fixture.bytes()
    var generator = SeededGenerator(seed: 0x5eed)
    var outcomes = (refused: 0, invalid: 0, accepted: 0)
    for _ in 0..<1_500 {
      let bytes = mutate(original, &generator)
      guard let syntax = try? ComponentDecoder.decode(bytes) else {
        outcomes.refused += 1
        continue
      }
      do throws(ComponentError) {
        try ComponentValidator.validate(syntax, in: bytes)
        outcomes.accepted += 1
      } catch {
        #expect(error.offset != nil)
        outcomes.invalid += 1
      }
    }
    // All three must occur: otherwise the mutations test only one layer.
    #expect(outcomes.refused > 50 && outcomes.invalid > 50 && outcomes.accepted > 10, "\(outcomes)")
  }
}
