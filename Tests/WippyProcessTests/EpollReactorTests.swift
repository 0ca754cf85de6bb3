import Glibc
import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct EpollReactorTests {
  private func withPipe(_ body: (_ reading: Int32, _ writing: Int32) async throws -> Void) async throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    try await body(ends[0], ends[1])
    close(ends[0])
    close(ends[1])
  }

  @Test func timersFireInOrderAndNotEarly() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    let heard = Recorder<(Int, MonotonicTime)>()
    let start = reactor.now()
    for number in [3, 1, 2] {
      let deadline = start.advanced(byNanoseconds: UInt64(number) * 5_000_000)
      _ = reactor.schedule(at: deadline) { heard.record((number, reactor.now())) }
    }
    let cancelled = reactor.schedule(at: start.advanced(byNanoseconds: 7_000_000)) {
      heard.record((0, .never))
    }
    #expect(reactor.cancel(cancelled))
    #expect(!reactor.cancel(cancelled))
    await heard.wait(for: 3)
    #expect(heard.events.map(\.0) == [1, 2, 3])
    for (number, time) in heard.events {
      #expect(time.nanoseconds(since: start) >= UInt64(number) * 5_000_000)
    }
    #expect(reactor.pendingCount == 0)
  }

  @Test func aTimerInThePastFires() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    let heard = Recorder<Int>()
    _ = reactor.schedule(at: MonotonicTime(nanoseconds: 0)) { heard.record(1) }
    _ = reactor.schedule(at: .never) { heard.record(2) }
    await heard.wait(for: 1)
    #expect(heard.events == [1])
  }

  @Test func twoWaitersHearOfOneDescriptor() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    try await withPipe { reading, writing in
      let heard = Recorder<Int>()
      _ = reactor.whenReady(reading, for: .readable) { heard.record(1) }
      _ = reactor.whenReady(reading, for: .readable) { heard.record(2) }
      let gone = reactor.whenReady(reading, for: .readable) { heard.record(3) }
      #expect(reactor.cancel(gone))
      write(writing, "x", 1)
      await heard.wait(for: 2)
      #expect(heard.events == [1, 2])
      // Once only: the byte is still there, and nobody asks any more.
      _ = reactor.whenReady(reading, for: .readable) { heard.record(4) }
      await heard.wait(for: 3)
      #expect(heard.events == [1, 2, 4])
      #expect(reactor.pendingCount == 0)
    }
  }

  @Test func bothDirectionsOfASocketAreApart() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let heard = Recorder<String>()
    _ = reactor.whenReady(ends[0], for: .readable) { heard.record("readable") }
    _ = reactor.whenReady(ends[0], for: .writable) { heard.record("writable") }
    await heard.wait(for: 1)
    #expect(heard.events == ["writable"])
    write(ends[1], "x", 1)
    await heard.wait(for: 2)
    #expect(heard.events == ["writable", "readable"])
    close(ends[0])
    close(ends[1])
  }

  @Test func aHangUpIsReadiness() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let heard = Recorder<Int>()
    _ = reactor.whenReady(ends[0], for: .readable) { heard.record(1) }
    close(ends[1])
    await heard.wait(for: 1)
    close(ends[0])
  }

  @Test func aRegularFileIsReadyAtOnceAndAClosedNumberDoesNotHang() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    let heard = Recorder<Int>()
    let file = open("/proc/self/exe", O_RDONLY)
    try #require(file >= 0)
    _ = reactor.whenReady(file, for: .readable) { heard.record(1) }
    _ = reactor.whenReady(file, for: .writable) { heard.record(1) }
    await heard.wait(for: 2)
    close(file)
    _ = reactor.whenReady(999_999, for: .readable) { heard.record(2) }
    await heard.wait(for: 3)
  }

  @Test func aNumberThatIsUsedAgainIsWatchedAgain() async throws {
    let reactor = try EpollReactor()
    defer { reactor.stop() }
    let heard = Recorder<Int>()
    // A high number, which no other test's descriptor gets meanwhile.
    let number: Int32 = 900
    for round in 1...3 {
      try await withPipe { reading, writing in
        try #require(dup2(reading, number) == number)
        _ = reactor.whenReady(number, for: .readable) { heard.record(round) }
        write(writing, "x", 1)
        await heard.wait(for: round)
        close(number)
      }
    }
    #expect(heard.events == [1, 2, 3])
  }

  @Test func stoppingFreesWhatIsLeft() throws {
    final class Witness: Sendable {}
    weak var witness: Witness?
    let reactor = try EpollReactor()
    do {
      let strong = Witness()
      witness = strong
      _ = reactor.schedule(at: .never) { withExtendedLifetime(strong) {} }
      _ = reactor.whenReady(0, for: .readable) { withExtendedLifetime(strong) {} }
    }
    reactor.stop()
    #expect(witness == nil)
  }
}
