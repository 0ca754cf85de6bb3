import Synchronization
import Testing
import WippyCore

@Suite struct HTTPBodyTests {
  private func append(_ body: HTTPBody, _ count: Int) -> Bool {
    [UInt8](repeating: 7, count: count).withUnsafeBytes { body.append($0) }
  }

  @Test func itHasABound() {
    let body = HTTPBody()
    #expect(body.room == HTTPBody.capacity)
    #expect(append(body, HTTPBody.capacity - 1))
    #expect(!append(body, 1))
    #expect(body.room == 0)
    var buffer = [UInt8](repeating: 0, count: 100)
    #expect(buffer.withUnsafeMutableBytes { body.read(into: $0) } == 100)
    #expect(body.room == 100)
  }

  @Test func bytesAreHandedOverWhole() {
    let body = HTTPBody()
    #expect(body.take(upTo: 10) == nil)
    let writable = Mutex(0)
    body.observeWriting { writable.withLock { $0 += 1 } }
    #expect(body.append([1, 2, 3]))
    #expect(body.append([4]))
    #expect(body.take(upTo: 3) == nil)
    #expect(body.take(upTo: 4) == [1, 2, 3, 4])
    #expect(body.take(upTo: 4) == nil)
    #expect(writable.withLock { $0 } == 0)
    #expect(!body.append([UInt8](repeating: 7, count: HTTPBody.capacity)))
    #expect(body.take(upTo: HTTPBody.capacity)?.count == HTTPBody.capacity)
    // It was full.
    #expect(writable.withLock { $0 } == 1)
    #expect(body.append([5, 6]))
    var one: UInt8 = 0
    #expect(withUnsafeMutableBytes(of: &one) { body.read(into: $0) } == 1)
    // What is left of something is read.
    #expect(body.take(upTo: 10) == nil)
    #expect(body.take() == .bytes([6]))
    body.fail(HTTPFailure(.connectionTerminated))
    #expect(body.take(upTo: 10) == nil)
  }

  @Test func theEndFollowsTheBytes() {
    let body = HTTPBody()
    _ = append(body, 3)
    body.finish(trailers: [HTTPField("x", "1")])
    #expect(body.end == nil)
    #expect(body.take() == .bytes([7, 7, 7]))
    #expect(body.take() == .end(.finished(trailers: [HTTPField("x", "1")])))
    // Nothing follows an end.
    #expect(append(body, 3))
    #expect(body.take() == .end(.finished(trailers: [HTTPField("x", "1")])))
  }

  @Test func aFailureOvertakesTheBytes() {
    let body = HTTPBody()
    _ = append(body, 3)
    body.fail(HTTPFailure(.connectionTerminated))
    #expect(body.take() == .end(.failed(HTTPFailure(.connectionTerminated))))
  }

  @Test func completeBodiesKnowTheirSize() {
    #expect(HTTPBody([1, 2]).completeCount == 2)
    #expect(HTTPBody([1], trailers: [HTTPField("x", "1")]).completeCount == nil)
    #expect(HTTPBody().completeCount == nil)
  }

  @Test func aReaderThatLeavesNeedsNoRoom() {
    let body = HTTPBody()
    _ = append(body, HTTPBody.capacity)
    body.stopReading()
    #expect(body.room == HTTPBody.capacity)
    #expect(append(body, 1 << 20))
    #expect(!body.isReadable)
  }

  @Test(
    arguments: [
      ("example.com", "example.com", nil), ("Example.COM:80", "example.com", 80), ("[::1]:8080", "::1", 8080),
      ("127.0.0.1:", "127.0.0.1", nil),
    ] as [(String, String, UInt16?)])
  func authorities(_ text: String, _ host: String, _ port: UInt16?) throws {
    let authority = try #require(HTTPAuthority(text))
    #expect(authority.host == host)
    #expect(authority.port == port)
  }

  @Test(arguments: ["", ":80", "a:b", "a:99999", "user@a", "a b", "[::1", "[g]", "a/b", "a:80:80"])
  func noAuthorities(_ text: String) {
    #expect(HTTPAuthority(text) == nil)
  }
}
