import Dispatch
import Synchronization
import WippyCore
import WippyProcess

/// Messages through a chain of processes, each of which hands on what it gets: all arrive, once, and in order.
struct ChainCheck {
  let messages: Int
  var length = 100

  /// `false` when a message was lost, doubled or out of order.
  func run() throws -> Bool {
    let scheduler = try BenchScheduler(workers: 2)
    defer { scheduler.stop() }
    let done = DispatchSemaphore(value: 0)
    let end = Mutex(ExitReason.killed)
    let start = clockNanoseconds()
    var next = try scheduler.spawn(LinkProgram(next: nil, expected: messages)) { _, reason in
      end.withLock { $0 = reason }
      done.signal()
    }
    for _ in 1..<length { next = try scheduler.spawn(LinkProgram(next: next, expected: messages)) }
    _ = try scheduler.spawn(SourceProgram(next: next, count: messages))
    done.wait()
    let seconds = Double(clockNanoseconds() - start) / 1e9
    let reason = end.withLock { $0 }
    let isGood = reason == .normal(.integer(Int64(messages)))
    print("chain of \(length):      \(messages) messages in \(Text.number(seconds)) s; the last one's end: \(reason)")
    return isGood
  }
}

/// Holds what the next one does not take yet.
private struct Outlet {
  let next: ProcessID
  private var held: [Value]?

  init(_ next: ProcessID) { self.next = next }

  /// `false` when the next one's mailbox is full.
  mutating func send(_ payload: [Value], _ context: any ProcessContext) throws(SendFailure) -> Bool {
    do throws(SendFailure) {
      try context.system.send(from: context.pid, to: next, topic: "chain", payload: payload)
      held = nil
      return true
    } catch {
      guard case .mailboxFull = error else { throw error }
      held = payload
      return false
    }
  }

  mutating func retry(_ context: any ProcessContext) throws(SendFailure) -> Bool {
    guard let held else { return true }
    return try send(held, context)
  }
}

private final class LinkProgram: ProcessProgram, @unchecked Sendable {
  // @unchecked: touched by the worker that holds the process only.
  private var outlet: Outlet?
  private var last: Int64 = 0
  private let expected: Int
  private var hasStarted = false

  init(next: ProcessID?, expected: Int) {
    outlet = next.map { Outlet($0) }
    self.expected = expected
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    guard hasStarted else {
      hasStarted = true
      return .started
    }
    do throws(SendFailure) {
      if try outlet?.retry(context) == false { return .yield }
      while let event = context.receive() {
        guard case .message(_, let payload) = event.kind, case .integer(let number)? = payload.first, number == last + 1
        else {
          return .exit(.error(.string("after \(last) came \(event.kind)")))
        }
        last = number
        if try outlet?.send(payload, context) == false { return .yield }
        if last == Int64(expected) { return .exit(.normal(.integer(last))) }
      }
    } catch {
      return .exit(.error(.string("\(error)")))
    }
    return .wait
  }

  var hasMailbox: Bool { true }
  func close() {}
  func interrupt() {}
  var memoryInUse: UInt64 { 0 }
}

private final class SourceProgram: ProcessProgram, @unchecked Sendable {
  // @unchecked: touched by the worker that holds the process only.
  private var outlet: Outlet
  private var sent = 0
  private let count: Int
  private var hasStarted = false

  init(next: ProcessID, count: Int) {
    outlet = Outlet(next)
    self.count = count
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    guard hasStarted else {
      hasStarted = true
      return .started
    }
    do throws(SendFailure) {
      if try !outlet.retry(context) { return .yield }
      while sent < count {
        sent += 1
        if try !outlet.send([.integer(Int64(sent))], context) { return .yield }
      }
    } catch {
      return .exit(.error(.string("\(error)")))
    }
    return .exit(.normal(nil))
  }

  func close() {}
  func interrupt() {}
  var memoryInUse: UInt64 { 0 }
}
