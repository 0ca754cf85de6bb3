/// How the host copies a string from one component's memory into another's.
enum Transcoding: String, Hashable, Sendable {
  case copyUTF8, copyUTF16, copyLatin1
  case utf8ToUTF16, utf16ToUTF8, latin1ToUTF8, latin1ToUTF16
  /// These fail with -1 where the text has something else.
  case utf16ToASCII, latin1ToASCII, utf8ToLatin1, utf16ToLatin1

  /// Bytes of one code unit of the source.
  private var unit: Int {
    switch self {
    case .copyUTF16, .utf16ToUTF8, .utf16ToASCII, .utf16ToLatin1: 2
    default: 1
    }
  }

  /// Writes `units` code units that stand at `address` to `place`, for which the guest has allocated enough.
  /// Returns the bytes that were written, or -1 where the text does not fit the form.
  func run(
    _ source: GuestMemory, _ address: UInt32, units: UInt32, _ target: GuestMemory, _ place: UInt32
  ) throws(ABIViolation) -> Int32 {
    let (count, overflow) = units.multipliedReportingOverflow(by: UInt32(unit))
    guard !overflow else { throw ABIViolation("a string of \(units) units is too long") }
    let text = UnsafeRawBufferPointer(try source.slice(address, count: count))
    // What is written beyond what was allocated here would be the guest's own loss, but not beyond its memory.
    let room = UnsafeMutableRawBufferPointer(
      rebasing: target.bytes[Int(min(place, UInt32(clamping: target.bytes.count)))...])
    guard let written = try write(text, to: room) else { return -1 }
    return Int32(truncatingIfNeeded: written)
  }

  private func write(
    _ text: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer
  ) throws(ABIViolation) -> Int? {
    switch self {
    case .copyUTF8:
      guard UTF8Text.isValid(text) else { throw Transcoding.invalid("UTF-8") }
      return try Transcoding.copy(text, room)
    case .copyLatin1: return try Transcoding.copy(text, room)
    case .copyUTF16:
      try forEachScalar(of: text) { _ in true }
      return try Transcoding.copy(text, room)
    case .utf16ToASCII, .latin1ToASCII: return try narrow(text, room, below: 0x80)
    case .utf8ToLatin1, .utf16ToLatin1: return try narrow(text, room, below: 0x100)
    case .latin1ToUTF8, .utf16ToUTF8:
      var writer = RoomWriter(room)
      try forEachScalar(of: text) { scalar in UTF8.encode(scalar).map { writer.append($0) } ?? true }
      return try writer.finish()
    case .latin1ToUTF16, .utf8ToUTF16:
      var writer = RoomWriter(room)
      try forEachScalar(of: text) { scalar in UTF16.encode(scalar).map { writer.append($0) } ?? true }
      return try writer.finish()
    }
  }

  private func narrow(
    _ text: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer, below limit: UInt32
  ) throws(ABIViolation) -> Int? {
    var written = 0
    var fits = true
    try forEachScalar(of: text) { scalar in
      guard scalar.value < limit, written < room.count else {
        fits = false
        return false
      }
      room[written] = UInt8(truncatingIfNeeded: scalar.value)
      written += 1
      return true
    }
    return fits ? written : nil
  }

  /// Decodes the source until `body` returns `false`.
  private func forEachScalar(
    of text: UnsafeRawBufferPointer, _ body: (Unicode.Scalar) -> Bool
  ) throws(ABIViolation) {
    switch self {
    case .copyUTF8, .utf8ToUTF16, .utf8ToLatin1:
      var decoder = UTF8()
      var bytes = text.makeIterator()
      try Transcoding.decode(&decoder, &bytes, "UTF-8", body)
    case .copyUTF16, .utf16ToUTF8, .utf16ToASCII, .utf16ToLatin1:
      var decoder = UTF16()
      var units = (0..<text.count / 2).lazy
        .map { UInt16(littleEndian: text.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) }.makeIterator()
      try Transcoding.decode(&decoder, &units, "UTF-16", body)
    case .copyLatin1, .latin1ToUTF8, .latin1ToUTF16, .latin1ToASCII:
      for byte in text where !body(Unicode.Scalar(byte)) { return }
    }
  }

  private static func decode<Codec: UnicodeCodec, Units: IteratorProtocol<Codec.CodeUnit>>(
    _ decoder: inout Codec, _ units: inout Units, _ name: String, _ body: (Unicode.Scalar) -> Bool
  ) throws(ABIViolation) {
    while true {
      switch decoder.decode(&units) {
      case .scalarValue(let scalar): if !body(scalar) { return }
      case .emptyInput: return
      case .error: throw invalid(name)
      }
    }
  }

  private static func copy(
    _ text: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer
  ) throws(ABIViolation) -> Int {
    guard text.count <= room.count else { throw ABIViolation("a string does not fit the memory") }
    // Both may be one memory, of a component that calls itself.
    if let base = room.baseAddress, let from = text.baseAddress { base.copyMemory(from: from, byteCount: text.count) }
    return text.count
  }

  private static func invalid(_ encoding: String) -> ABIViolation {
    ABIViolation("a string is not valid \(encoding)")
  }
}

/// Writes code units one after the other, as far as there is room.
private struct RoomWriter {
  private let room: UnsafeMutableRawBufferPointer
  private var written = 0
  private var isFull = false

  init(_ room: UnsafeMutableRawBufferPointer) {
    self.room = room
  }

  mutating func append<Units: Sequence>(_ units: Units) -> Bool where Units.Element: FixedWidthInteger {
    let size = MemoryLayout<Units.Element>.size
    for unit in units {
      guard written + size <= room.count else {
        isFull = true
        return false
      }
      room.storeBytes(of: unit.littleEndian, toByteOffset: written, as: Units.Element.self)
      written += size
    }
    return true
  }

  func finish() throws(ABIViolation) -> Int {
    if isFull { throw ABIViolation("a string does not fit the memory") }
    return written
  }
}
