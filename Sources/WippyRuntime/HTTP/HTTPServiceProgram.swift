import Synchronization
import WippyCore

/// An `http.service` as a process: it listens as long as it runs, and drains when it is asked to stop.
final class HTTPServiceProgram: ProcessProgram {
  private enum Phase {
    case new
    case starting
    case listening(any HTTPServing)
    case stopping
    case over(ExitReason)
  }

  private struct State {
    var phase = Phase.new
    var isStarted = false
    var isCancelled = false
    var cancelReason: String?
    var wake: (@Sendable () -> Void)?
    var isClosed = false
  }

  private let service: LoadedHTTPService
  private let graceMilliseconds: UInt64
  private let state = Mutex(State())

  init(_ service: LoadedHTTPService) {
    self.service = service
    // Whoever stops the service kills it when its time is over: it has to be done before.
    graceMilliseconds = UInt64(clamping: service.entry.lifecycle.stopTimeout.wholeNanoseconds / 1_000_000) * 9 / 10
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    let (outcome, action) = state.withLock { state -> (StepOutcome, (@Sendable () -> Void)?) in
      switch state.phase {
      case .new:
        state.phase = .starting
        state.wake = { context.wake() }
        return (.wait, { self.listen() })
      case .starting, .stopping: return (.wait, nil)
      case .listening(let server):
        if !state.isStarted {
          state.isStarted = true
          return (.started, nil)
        }
        guard state.isCancelled else { return (.wait, nil) }
        state.phase = .stopping
        return (.wait, { self.drain(server) })
      case .over(let reason): return (.exit(reason), nil)
      }
    }
    action?()
    return outcome
  }

  private func listen() {
    Task.detached { [self] in
      do throws(RuntimeError) {
        let server = try await service.serve()
        let isWanted = state.withLock { state in
          guard !state.isClosed else { return false }
          state.phase = .listening(server)
          return true
        }
        if !isWanted { await server.stop(graceMilliseconds: 0) }
      } catch {
        state.withLock { $0.phase = .over(.start("\(error)")) }
      }
      wake()
    }
  }

  private func drain(_ server: any HTTPServing) {
    Task.detached { [self] in
      await server.stop(graceMilliseconds: graceMilliseconds)
      state.withLock { $0.phase = .over(.cancelled(reason: $0.cancelReason)) }
      wake()
    }
  }

  private func wake() {
    let wake = state.withLock { $0.wake }
    wake?()
  }

  func close() {
    let server = state.withLock { state -> (any HTTPServing)? in
      state.isClosed = true
      state.wake = nil
      guard case .listening(let server) = state.phase else { return nil }
      return server
    }
    // Killed: nobody waits for its requests.
    if let server { Task.detached { await server.stop(graceMilliseconds: 0) } }
  }

  func interrupt() {}

  var memoryInUse: UInt64 { 0 }
  var waitsFor: String? { "requests on \(service.entry.address)" }
  var handlesCancel: Bool { true }

  func receiveCancel(reason: String?) {
    state.withLock { state in
      state.isCancelled = true
      state.cancelReason = reason
    }
    wake()
  }
}
