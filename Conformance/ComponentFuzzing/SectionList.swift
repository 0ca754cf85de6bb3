/// A binary as its header and its sections, whose sizes are written anew.
struct SectionList {
  struct Section {
    var id: UInt8
    var body: [UInt8]
  }

  private let header: [UInt8]
  var sections: [Section] = []

  /// `nil` for what does not consist of sections.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 8 else { return nil }
    header = Array(bytes.prefix(8))
    var position = 8
    while position < bytes.count {
      let id = bytes[position]
      position += 1
      var size = 0
      var shift = 0
      repeat {
        guard position < bytes.count, shift < 32 else { return nil }
        size |= Int(bytes[position] & 0x7f) << shift
        shift += 7
        position += 1
      } while bytes[position - 1] & 0x80 != 0
      guard size <= bytes.count - position else { return nil }
      sections.append(Section(id: id, body: Array(bytes[position..<position + size])))
      position += size
    }
  }

  var bytes: [UInt8] {
    var result = header
    for section in sections {
      result.append(section.id)
      var rest = section.body.count
      repeat {
        result.append(UInt8(rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
        rest >>= 7
      } while rest != 0
      result += section.body
    }
    return result
  }
}
