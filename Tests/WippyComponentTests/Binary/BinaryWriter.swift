/// Writes the elementary forms of binaries, for inputs that no tool would make.
enum BinaryWriter {
  static let header: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]
  static let moduleHeader: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

  static func u32(_ value: Int) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    repeat {
      let low = UInt8(rest & 0x7f)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }

  /// An index where a type can stand: a signed number, of two bytes so that it cannot be taken for a type code.
  static func typeIndex(_ value: Int) -> [UInt8] { [UInt8(value & 0x7f) | 0x80, UInt8(value >> 7)] }

  static func name(_ text: String) -> [UInt8] { u32(text.utf8.count) + Array(text.utf8) }

  static func vector(_ elements: [[UInt8]]) -> [UInt8] { u32(elements.count) + elements.joined() }

  static func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] { [id] + u32(content.count) + content }

  static func component(_ sections: [UInt8]...) -> [UInt8] { header + sections.joined() }

  static func module(_ sections: [UInt8]...) -> [UInt8] { moduleHeader + sections.joined() }

  static func types(_ types: [UInt8]...) -> [UInt8] { section(7, vector(types)) }

  static func imports(_ imports: [UInt8]...) -> [UInt8] { section(10, vector(imports)) }

  static func externName(_ text: String) -> [UInt8] { [0x00] + name(text) }

  /// `(func)`
  static let emptyFunctionType: [UInt8] = [0x40, 0x00, 0x01, 0x00]
}
