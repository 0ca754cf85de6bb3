import Synchronization
import WippyCore

extension Scheduler {
  @discardableResult
  package func call(
    _ request: CallRequest, _ completion: @escaping @Sendable (Result<ExitReason, RequestFailure>) -> Void
  ) -> CallToken {
    let id = callIDs.wrappingAdd(1, ordering: .relaxed).newValue
    let caller = request.caller.flatMap { table[$0] }
    let call = Call(id: id, caller: caller, completion)
    calls.withLock { $0[id] = call }
    let isTied = caller?.control.withLock { control in
      if !control.isOver { control.relations.calls[id] = call }
      return !control.isOver
    }
    if request.caller != nil, isTied != true {
      finish(call, .failure(RequestFailure("the caller has ended", kind: .canceled)))
      return CallToken(id: id)
    }
    let deadline = [request.deadline, caller?.deadline].compactMap(\.self).min()
    if let deadline, reactor.now() >= deadline {
      finish(call, .failure(RequestFailure("the deadline of the call to \(request.entry) has passed", kind: .timeout)))
      return CallToken(id: id)
    }
    var spawn = SpawnRequest(
      entry: request.entry, host: request.host ?? caller?.host.id, arguments: request.arguments,
      parent: request.caller, inheritance: request.inheritance)
    spawn.isCall = !request.isProcess
    spawn.deadline = deadline
    spawn.isAbandoned = { call.isOver }
    spawn.name = request.name
    spawn.messages = request.messages
    prepare(spawn) { [self, spawn] result in
      switch result {
      case .failure(let failure): finish(call, .failure(failure))
      case .success(let prepared): run(prepared, spawn, for: call)
      }
    }
    return CallToken(id: id)
  }

  private func run(_ prepared: PreparedProcess, _ request: SpawnRequest, for call: Call) {
    guard !call.isOver else {
      prepared.program.close()
      return
    }
    do throws(RequestFailure) {
      let process = try create(
        prepared, request,
        onStarted: { [self] result in
          if case .failed(let reason) = result { finish(call, .failure(RequestFailure(start: reason))) }
        }, onExit: { [self] _, reason in finish(call, .success(reason)) })
      let isWanted = call.run(process)
      queue(process)
      if !isWanted { process.stop(.killed) }
    } catch {
      finish(call, .failure(error))
    }
  }

  private func finish(_ call: Call, _ result: Result<ExitReason, RequestFailure>) {
    guard let completion = call.finish() else { return }
    _ = calls.withLock { $0.removeValue(forKey: call.id) }
    _ = call.caller?.control.withLock { $0.relations.calls.removeValue(forKey: call.id) }
    completion(result)
  }

  package func cancelCall(_ token: CallToken, reason: String?) -> Bool {
    guard let call = calls.withLock({ $0[token.id] }) else { return false }
    return cancel(call, .cancelled(reason: reason))
  }

  /// Gives up a call, with what its process ends.
  @discardableResult
  func cancel(_ call: Call, _ reason: ExitReason) -> Bool {
    switch call.cancel() {
    case .complete:
      finish(call, .success(reason))
      return true
    case .stop(let process): return process.stop(reason)
    case .tooLate: return false
    }
  }
}
