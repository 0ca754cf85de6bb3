import Synchronization
import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

/// Messages, links and monitors with threads.
@Suite(.serialized) struct ThreadedTalkTests {
  private let entry = EntryID(namespace: "test", name: "program")

  private func withScheduler(_ body: (Scheduler, Host) async throws -> Void) async throws {
    let reactor = try EpollReactor()
    let scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: 4), reactor: reactor)
    try scheduler.start()
    try await body(scheduler, scheduler.makeHost(id: EntryID(namespace: "test", name: "host")))
    _ = await scheduler.shutdown(graceMilliseconds: 0)
    #expect(scheduler.table.all().isEmpty && scheduler.names.count == 0)
    scheduler.stop()
    reactor.stop()
  }

  /// Passes numbers on, in order; a full mailbox is tried again.
  private static func passer(to next: ProcessID) -> ScriptedProgram {
    let kept = Guarded<(number: Int64, held: Bool)>((0, false))
    return program(hasMailbox: true) { context, _ in
      while true {
        if !kept.value.held {
          guard let event = context.receive() else { return .wait }
          guard case .message(_, let payload) = event.kind, case .integer(let number)? = payload.first else {
            continue
          }
          kept.change { $0 = (number, true) }
        }
        do throws(SendFailure) {
          try context.system.send(from: context.pid, to: next, topic: "n", payload: [.integer(kept.value.number)])
          kept.change { $0.held = false }
        } catch {
          return .yield
        }
      }
    }
  }

  @Test func aLongChainLosesNothingAndKeepsTheOrder() async throws {
    #if DEBUG
      let (length, count) = (100, Int64(300))
    #else
      let (length, count) = (100, Int64(10_000))
    #endif
    try await withScheduler { scheduler, host in
      let result = Recorder<String>()
      let next = Atomic<Int64>(0)
      let sink = program(hasMailbox: true) { context, _ in
        while let event = context.receive() {
          guard case .message(_, let payload) = event.kind else { continue }
          let expected = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if payload != [.integer(expected)] { result.record("\(payload), not \(expected)") }
          if expected == count - 1 { result.record("all") }
        }
        return .wait
      }
      var target = try await scheduler.start(sink, entry: entry, host: host)
      for _ in 0..<length {
        target = try await scheduler.start(Self.passer(to: target), entry: entry, host: host)
      }
      let first = target
      let sent = Guarded<Int64>(0)
      _ = try await scheduler.start(
        program { context, _ in
          while sent.value < count {
            do throws(SendFailure) {
              try context.system.send(from: nil, to: first, topic: "n", payload: [.integer(sent.value)])
              sent.change { $0 += 1 }
            } catch {
              return .yield
            }
          }
          return .exit(.normal(nil))
        }, entry: entry, host: host)
      await result.wait(for: 1)
      #expect(result.events == ["all"])
    }
  }

  /// Everybody links everybody at once and ends at once: nobody waits for ever, and all end.
  @Test func linksThatAreMadeAndBrokenAtOnceDoNotBlock() async throws {
    try await withScheduler { scheduler, host in
      for _ in 0..<60 {
        let peers = Recorder<ProcessID>()
        let exits = Recorder<ExitReason.Kind>()
        let go = Atomic<Bool>(false)
        for _ in 0..<8 {
          let pid = try await scheduler.start(
            program(hasMailbox: true) { context, _ in
              guard go.load(ordering: .acquiring) else { return .yield }
              for peer in peers.events {
                context.system.link(context.pid, peer)
                context.system.monitor(peer, by: context.pid)
                if peer.serial % 3 == 0 { context.system.unlink(context.pid, peer) }
              }
              return context.pid.serial % 2 == 0 ? .exit(.error(nil)) : .wait
            }, entry: entry, host: host)
          peers.record(pid)
          scheduler.monitor(pid) { _, reason in exits.record(reason.kind) }
        }
        go.store(true, ordering: .releasing)
        // The odd ones are linked with even ones, which end; what an unlink has freed is ended here.
        for pid in peers.events where pid.serial % 2 == 0 { _ = await scheduler.exitReason(of: pid) }
        for pid in peers.events { scheduler.terminate(pid) }
        await exits.wait(for: 8)
      }
    }
  }

  @Test func aSpawnThatMeetsAStopIsAnswered() async throws {
    for _ in 0..<30 {
      let reactor = try EpollReactor()
      let scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: 2), reactor: reactor)
      try scheduler.start()
      let host = scheduler.makeHost(id: EntryID(namespace: "test", name: "host"))
      let entry = entry
      async let spawns = Task.detached {
        var failures = 0
        for _ in 0..<50 {
          do {
            _ = try await scheduler.start(program { _, _ in .wait }, entry: entry, host: host)
          } catch {
            failures += 1
          }
        }
        return failures
      }.value
      await Task.detached { scheduler.stop() }.value
      #expect(await spawns <= 50)
      #expect(scheduler.table.all().isEmpty)
      reactor.stop()
    }
  }
}
