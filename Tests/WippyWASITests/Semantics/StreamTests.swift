import Testing
import WippyCore

@testable import WippyWASI

@Suite struct StreamTests {
  private func write(_ text: String, to stream: OutputStream) throws(StreamFailure) {
    try Array(text.utf8).withStreamBytes { bytes throws(StreamFailure) in try stream.write(bytes) }
  }

  @Test func permitsBoundWrites() throws {
    let sink = MemorySink(capacity: 8)
    let stream = OutputStream(sink)
    #expect(throws: StreamFailure.self) { try write("x", to: stream) }
    #expect(try stream.checkWrite() == 8)
    try write("12345", to: stream)
    #expect(throws: StreamFailure.self) { try write("6789", to: stream) }
    try write("678", to: stream)
    #expect(try stream.checkWrite() == 0)
    #expect(sink.take() == Array("12345678".utf8))
    #expect(try stream.checkWrite() == 8)
    try stream.writeZeroes(2)
    #expect(sink.bytes == [0, 0])
    #expect(throws: StreamFailure.self) { try stream.writeZeroes(.max) }
  }

  @Test func restIsKeptUntilThereIsRoom() throws {
    let sink = MemorySink(capacity: 4)
    let stream = OutputStream(sink)
    try Array("123456".utf8).withStreamBytes { bytes throws(StreamFailure) in try stream.accept(bytes) }
    #expect(try stream.drain() == false)
    #expect(try stream.checkWrite() == 0)
    #expect(sink.take() == Array("1234".utf8))
    #expect(try stream.drain())
    #expect(sink.bytes == Array("56".utf8))
  }

  @Test func failureIsToldOnce() throws {
    let stream = OutputStream(BrokenSink())
    #expect(throws: StreamFailure.failed("broken")) {
      try [1].withStreamBytes { bytes throws(StreamFailure) in try stream.accept(bytes) }
    }
    #expect(throws: StreamFailure.closed) { try stream.checkWrite() }
  }

  @Test func readsAreBounded() throws {
    let stream = InputStream(MemorySource([UInt8](repeating: 7, count: 200_000)))
    #expect(try stream.read(upTo: .max).count == InputStream.largestRead)
    #expect(try stream.read(upTo: .max).count == 200_000 - InputStream.largestRead)
    #expect(throws: StreamFailure.closed) { try stream.read(upTo: 1) }
  }

  @Test func tailKeepsTheEnd() {
    let tail = OutputTail()
    for number in 0..<10_000 { Array("\(number)\n".utf8).withUnsafeBytes { tail.append($0) } }
    #expect(tail.text.utf8.count == OutputTail.capacity)
    #expect(tail.text.hasSuffix("9998\n9999\n"))
    [UInt8](repeating: 0x78, count: 1 << 20).withUnsafeBytes { tail.append($0) }
    #expect(tail.text == String(repeating: "x", count: OutputTail.capacity))
  }

  @Test func tailBeginsWithAWholeCharacter() {
    let tail = OutputTail()
    Array(String(repeating: "€", count: 2000).utf8).withUnsafeBytes { tail.append($0) }
    #expect(tail.text == String(repeating: "€", count: 1365))
  }
}

private final class BrokenSink: OutputSink {
  func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome { .failed("broken") }
  var room: Int { 1 }
  var readiness: WaitCondition { .ready }
}
