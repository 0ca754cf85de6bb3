/// The buffers of one read or write. Nearly always it is one, which needs no array.
struct GuestVector: RandomAccessCollection, Sendable {
  /// How many there are at most.
  static let most: UInt32 = 1024

  private let first: GuestBuffer
  private let rest: [GuestBuffer]
  let endIndex: Int

  /// - Parameter list: Addresses and lengths, eight bytes each. Copied, because what is read may be put there.
  init(_ list: UnsafeMutableRawBufferPointer) {
    func buffer(_ place: Int) -> GuestBuffer {
      GuestBuffer(
        address: UInt32(littleEndian: list.loadUnaligned(fromByteOffset: place * 8, as: UInt32.self)),
        count: UInt32(littleEndian: list.loadUnaligned(fromByteOffset: place * 8 + 4, as: UInt32.self)))
    }
    endIndex = list.count / 8
    first = endIndex > 0 ? buffer(0) : GuestBuffer(address: 0, count: 0)
    rest = endIndex > 1 ? (1..<endIndex).map(buffer) : []
  }

  var startIndex: Int { 0 }

  subscript(place: Int) -> GuestBuffer { place == 0 ? first : rest[place - 1] }
}
