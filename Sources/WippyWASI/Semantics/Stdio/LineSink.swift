import Synchronization

/// Hands on what is written line by line, without the line ends. A line that is too long comes in pieces.
package final class LineSink: OutputSink {
  /// Bytes of one piece at most.
  package static let longestLine = 8192

  private let emit: @Sendable (String) -> Void
  private let partial = Mutex<[UInt8]>([])

  package init(_ emit: @escaping @Sendable (String) -> Void) {
    self.emit = emit
  }

  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    var lines: [String] = []
    partial.withLock { partial in
      var start = bytes.startIndex
      while start < bytes.endIndex {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
        append(bytes[start..<(end ?? bytes.endIndex)], to: &partial, &lines)
        guard let end else { break }
        lines.append(LineSink.text(partial[...]))
        partial.removeAll(keepingCapacity: true)
        start = end + 1
      }
    }
    for line in lines { emit(line) }
    return .accepted(bytes.count)
  }

  package var room: Int { 65_536 }
  package var readiness: WaitCondition { .ready }

  package func finish() {
    let rest = partial.withLock { partial in
      defer { partial = [] }
      return partial
    }
    if !rest.isEmpty { emit(LineSink.text(rest[...])) }
  }

  private func append(
    _ bytes: Slice<UnsafeRawBufferPointer>, to partial: inout [UInt8], _ lines: inout [String]
  ) {
    partial.append(contentsOf: bytes)
    while partial.count > LineSink.longestLine {
      // Not inside of a character.
      var cut = LineSink.longestLine
      while cut > LineSink.longestLine - 4, partial[cut] & 0xc0 == 0x80 { cut -= 1 }
      lines.append(String(decoding: partial[..<cut], as: UTF8.self))
      partial.removeFirst(cut)
    }
  }

  private static func text(_ line: ArraySlice<UInt8>) -> String {
    String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
  }
}
