import Crypto

/// A UUID (RFC 9562).
struct UniqueID: Equatable {
  /// Sixteen.
  let bytes: [UInt8]

  /// Thirty-two hexadecimal digits, with or without hyphens, `urn:uuid:` or braces.
  init?(_ text: String) {
    var body = Substring(text)
    if body.utf8.count == 45, body.lowercased().hasPrefix("urn:uuid:") {
      body = body.dropFirst(9)
    } else if body.utf8.count == 38, body.first == "{", body.last == "}" {
      body = body.dropFirst().dropLast()
    }
    let characters = Array(body.utf8)
    let hyphens = characters.count == 36 ? [8, 13, 18, 23] : []
    guard characters.count == 36 || characters.count == 32 else { return nil }
    guard hyphens.allSatisfy({ characters[$0] == UInt8(ascii: "-") }) else { return nil }
    let digits = characters.enumerated().filter { !hyphens.contains($0.offset) }.map(\.element)
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 32, by: 2) {
      guard let high = digits[index].hexadecimalDigit, let low = digits[index + 1].hexadecimalDigit else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  /// - Parameter content: At least sixteen bytes; the version and the variant are written into them.
  init(version: UInt8, content: some Sequence<UInt8>) {
    var bytes = Array(content.prefix(16))
    bytes += [UInt8](repeating: 0, count: 16 - bytes.count)
    bytes[6] = bytes[6] & 0x0f | version << 4
    bytes[8] = bytes[8] & 0x3f | 0x80
    self.bytes = bytes
  }

  /// Versions 3 and 5: the same for the same name.
  init(version: UInt8, namespace: UniqueID, name: [UInt8]) {
    let input = namespace.bytes + name
    if version == 3 {
      self.init(version: 3, content: Insecure.MD5.hash(data: input))
    } else {
      self.init(version: 5, content: Insecure.SHA1.hash(data: input))
    }
  }

  /// Version 7: milliseconds since the epoch, then `random` bytes.
  init(milliseconds: UInt64, random: [UInt8]) {
    let time = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
    self.init(version: 7, content: time + random)
  }

  /// Version 1: a time, and a random number of a node that has the bit of those that are no network card's.
  init(seconds: UInt64, nanoseconds: UInt32, random: [UInt8]) {
    let ticks = seconds &* 10_000_000 &+ UInt64(nanoseconds / 100) &+ UniqueID.ticksBeforeEpoch
    let order = [24, 16, 8, 0, 40, 32, 56, 48]
    var content = order.map { UInt8(truncatingIfNeeded: ticks >> UInt64($0)) } + random.prefix(8)
    if content.count > 10 { content[10] |= 1 }
    self.init(version: 1, content: content)
  }

  /// From October 15th, 1582, in 100 ns.
  private static let ticksBeforeEpoch: UInt64 = 0x01b2_1dd2_1381_4000

  var version: Int { Int(bytes[6] >> 4) }

  var variant: String {
    switch bytes[8] >> 5 {
    case 0...3: "NCS"
    case 4, 5: "RFC4122"
    case 6: "Microsoft"
    default: "Future"
    }
  }

  /// Seconds since the epoch, where the version has a time.
  var timestamp: Int64? {
    func number(_ indices: [Int]) -> UInt64 { indices.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
    switch version {
    case 1:
      let ticks = number([6, 7, 4, 5, 0, 1, 2, 3]) & 0x0fff_ffff_ffff_ffff
      return (Int64(ticks) - Int64(UniqueID.ticksBeforeEpoch)) / 10_000_000
    case 7: return Int64(number([0, 1, 2, 3, 4, 5]) / 1000)
    default: return nil
    }
  }

  var simpleText: String { LuaHashModule.hexadecimal(bytes) }

  var text: String {
    let digits = simpleText
    let parts = [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { digits.dropFirst($0.0).prefix($0.1) }
    return parts.joined(separator: "-")
  }
}
