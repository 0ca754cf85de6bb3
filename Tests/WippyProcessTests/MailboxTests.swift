import Testing
import WippyCore

@testable import WippyProcess

@Suite struct MailboxTests {
  private let limits = ProcessLimits(maxMailbox: 3, maxMailboxBytes: 100)
  private let at = WallTime(seconds: 0, nanoseconds: 0)
  private let sender = ProcessID(host: "test:host", serial: 7)

  private func message(_ number: Int64) -> ProcessEvent {
    ProcessEvent(.message(topic: "t", payload: [.integer(number)]), from: sender, at: at)
  }

  private func cancel() -> ProcessEvent { ProcessEvent(.cancel(reason: nil), from: nil, at: at) }
  private func exit() -> ProcessEvent { ProcessEvent(.exit(.noproc), from: sender, at: at) }

  @Test func messagesAreBoundedByNumberAndSignalsAreNot() {
    var mailbox = Mailbox()
    #expect(mailbox.post(message(0), bytes: 1, limits: limits) == .refused(.absent))
    mailbox.open()
    for number in Int64(0)..<3 {
      #expect(mailbox.post(message(number), bytes: 1, limits: limits) == .queued(wakes: number == 0))
    }
    #expect(mailbox.post(message(3), bytes: 1, limits: limits) == .full(.messages))
    #expect(mailbox.signal(exit()) == .queued(wakes: false))
    #expect(mailbox.count == 4)
    for number in Int64(0)..<3 { #expect(mailbox.next() == message(number)) }
    #expect(mailbox.post(message(4), bytes: 1, limits: limits) == .queued(wakes: false))
    #expect(mailbox.next() == exit())
    #expect(mailbox.next() == message(4))
    #expect(mailbox.next() == nil && mailbox.bytes == 0)
  }

  @Test func messagesAreBoundedByBytes() {
    var mailbox = Mailbox()
    mailbox.open()
    #expect(mailbox.post(message(0), bytes: 60, limits: limits) == .queued(wakes: true))
    #expect(mailbox.post(message(1), bytes: 41, limits: limits) == .full(.bytes))
    #expect(mailbox.post(message(1), bytes: 40, limits: limits) == .queued(wakes: false))
    #expect(mailbox.bytes == 100)
    _ = mailbox.next()
    #expect(mailbox.bytes == 40)
    #expect(mailbox.post(message(2), bytes: 1000, limits: ProcessLimits(maxMailboxBytes: 0)) == .queued(wakes: false))
  }

  @Test func theFirstArrivalAfterTheLastEventWakes() {
    var mailbox = Mailbox()
    mailbox.open()
    #expect(mailbox.post(message(0), bytes: 1, limits: limits) == .queued(wakes: true))
    #expect(mailbox.post(message(1), bytes: 1, limits: limits) == .queued(wakes: false))
    _ = mailbox.next()
    #expect(mailbox.post(message(2), bytes: 1, limits: limits) == .queued(wakes: false))
    _ = mailbox.next()
    _ = mailbox.next()
    #expect(mailbox.signal(exit()) == .queued(wakes: true))
  }

  @Test func oneUnreadCancelIsEnough() {
    var mailbox = Mailbox()
    mailbox.open()
    for _ in 0..<10 { _ = mailbox.signal(cancel()) }
    #expect(mailbox.count == 1)
    #expect(mailbox.next() == cancel())
    _ = mailbox.signal(cancel())
    #expect(mailbox.count == 1)
  }

  @Test func signalsHaveABoundToo() {
    var mailbox = Mailbox()
    mailbox.open()
    for _ in 0..<Mailbox.maxSignals { _ = mailbox.signal(exit()) }
    #expect(mailbox.signal(exit()) == .flooded)
    #expect(mailbox.post(message(0), bytes: 1, limits: limits) == .queued(wakes: false))
  }

  @Test func aClosedOneTakesNothing() {
    var mailbox = Mailbox()
    mailbox.open()
    _ = mailbox.post(message(0), bytes: 1, limits: limits)
    let old = mailbox.close()
    #expect(old.count == 1 && mailbox.count == 0)
    #expect(mailbox.post(message(1), bytes: 1, limits: limits) == .refused(.closed))
    #expect(mailbox.signal(exit()) == .refused(.closed))
    mailbox.open()
    #expect(mailbox.status == .closed)
  }

  /// Against an array, across wraps, growth and the return of the memory.
  @Test func theRingKeepsTheOrder() {
    var queue = EventQueue()
    var model: [(event: ProcessEvent, size: Int)] = []
    var number: Int64 = 0
    for round in 0..<400 {
      for _ in 0..<(round * 7 % 90) {
        queue.append(message(number), size: round)
        model.append((message(number), round))
        number += 1
      }
      for _ in 0..<(round * 11 % 97) {
        let first = model.isEmpty ? nil : model.removeFirst()
        if let first { #expect(queue.firstSize == first.size) }
        #expect(queue.popFirst() == first?.event)
      }
      #expect(queue.count == model.count)
      queue.shrink()
    }
    #expect(queue.count > 0)
  }

  @Test func aMessageIsAsLargeAsWhatItHolds() {
    let payload: [Value] = [
      .string("four"), .array([.null, .bytes([1, 2])]), .table([Value.Field("key", .bool(true))]),
    ]
    #expect(messageBytes(topic: "to", payload: payload) == 18 + 20 + (16 + 16 + 18) + (16 + 16 + 3 + 16))
  }
}
