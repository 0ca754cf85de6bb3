/// The last bytes that were written somewhere.
package final class OutputTail {
  package static let capacity = 4096

  // Grows to twice the capacity before the front is cut off, so that small writes do not move everything.
  private var bytes: [UInt8] = []
  private var isCut = false

  package init() {}

  package func append(_ new: UnsafeRawBufferPointer) {
    if new.count >= OutputTail.capacity {
      isCut = isCut || !bytes.isEmpty || new.count > OutputTail.capacity
      bytes = Array(new.suffix(OutputTail.capacity))
      return
    }
    if bytes.count + new.count > 2 * OutputTail.capacity {
      isCut = true
      bytes.removeFirst(bytes.count + new.count - OutputTail.capacity)
    }
    bytes.append(contentsOf: new)
  }

  package func removeAll() {
    bytes = []
    isCut = false
  }

  /// The last 4 KiB, from the first whole character on.
  package var text: String {
    var last = bytes.suffix(OutputTail.capacity)
    if isCut || last.count < bytes.count {
      // At most three continuation bytes of a character whose beginning is cut off.
      for _ in 0..<3 where last.first.map({ $0 & 0xc0 == 0x80 }) == true { last.removeFirst() }
    }
    return String(decoding: last, as: UTF8.self)
  }
}
