import WippyTestKit

/// Damages binaries: their bytes, their sections, and the indices in them. The same seed makes the same damage.
package struct Mutator {
  private let corpus: [[UInt8]]
  private var generator: SeededGenerator

  /// - Parameter corpus: Well-formed binaries; at least one.
  package init(corpus: [[UInt8]], seed: UInt64) {
    self.corpus = corpus
    generator = SeededGenerator(seed: seed)
  }

  /// The next input.
  package mutating func next() -> [UInt8] {
    guard var bytes = corpus.randomElement(using: &generator) else { return [] }
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: changeBytes(&bytes)
      case 1: changeSections(&bytes)
      default: changeIndices(&bytes)
      }
    }
    return bytes
  }

  // MARK: Bytes

  private mutating func changeBytes(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<7, using: &generator) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes[position] = [0x00, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
      case 3: bytes[position] = bytes[position] &+ (Bool.random(using: &generator) ? 1 : 255)
      case 4: bytes.swapAt(position, Int.random(in: 0..<bytes.count, using: &generator))
      case 5: bytes.removeSubrange(position...)
      default:
        // Copies a short piece, so that whole definitions are doubled now and then.
        let length = min(8, bytes.count - position)
        let target = Int.random(in: 0...(bytes.count - length), using: &generator)
        bytes.replaceSubrange(target..<target + length, with: Array(bytes[position..<position + length]))
      }
      if bytes.isEmpty { return }
    }
  }

  // MARK: Sections

  private mutating func changeSections(_ bytes: inout [UInt8]) {
    guard var sections = SectionList(bytes), !sections.sections.isEmpty else { return }
    let place = Int.random(in: 0..<sections.sections.count, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: sections.sections.remove(at: place)
    case 1: sections.sections.insert(sections.sections[place], at: place)
    case 2: sections.sections.swapAt(place, Int.random(in: 0..<sections.sections.count, using: &generator))
    case 3:
      guard let other = corpus.randomElement(using: &generator).flatMap({ SectionList($0) }),
        let section = other.sections.randomElement(using: &generator)
      else { return }
      sections.sections.insert(section, at: place)
    default:
      // Within a nested component, where there is one.
      let nested = sections.sections.indices.filter { sections.sections[$0].id == 4 }
      guard let inner = nested.randomElement(using: &generator) else { return }
      changeSections(&sections.sections[inner].body)
    }
    bytes = sections.bytes
  }

  // MARK: Indices

  /// Small numbers are mostly indices, sorts and counts: some get the value of another.
  private mutating func changeIndices(_ bytes: inout [UInt8]) {
    guard var sections = SectionList(bytes) else { return }
    let places = sections.sections.indices.filter { place in
      // The code of core modules is for the engine to judge.
      ![0, 1].contains(sections.sections[place].id) && !sections.sections[place].body.isEmpty
    }
    guard let place = places.randomElement(using: &generator) else { return }
    if sections.sections[place].id == 4, Bool.random(using: &generator) {
      changeIndices(&sections.sections[place].body)
    } else {
      let small = sections.sections[place].body.indices.filter { sections.sections[place].body[$0] < 0x40 }
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        guard let index = small.randomElement(using: &generator), let other = small.randomElement(using: &generator)
        else { break }
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: sections.sections[place].body.swapAt(index, other)
        case 1: sections.sections[place].body[index] = sections.sections[place].body[other]
        default: sections.sections[place].body[index] = UInt8.random(in: 0..<16, using: &generator)
        }
      }
    }
    bytes = sections.bytes
  }
}
