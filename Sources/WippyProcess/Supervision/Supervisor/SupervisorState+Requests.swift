import WippyCore

extension SupervisorState {
  /// Obeys a request, or refuses it.
  mutating func obey(_ command: SupervisorCommand, _ request: RequestToken) {
    do throws(SupervisorRefusal) {
      switch command {
      case .startChild(let specification): try startChild(specification, request)
      case .startInstance(let arguments): try startInstance(arguments, request)
      case .terminateChild(let name): try terminateChild(name, request)
      case .restartChild(let name): try restartChild(name, request)
      case .deleteChild(let name):
        try deleteChild(name)
        actions.append(.reply(request, .success(.done)))
      case .whichChildren: actions.append(.reply(request, .success(.children(statuses))))
      case .countChildren: actions.append(.reply(request, .success(.counts(counts))))
      }
    } catch {
      actions.append(.reply(request, .failure(error)))
    }
  }

  private mutating func startChild(
    _ specification: ChildSpecification, _ request: RequestToken
  ) throws(SupervisorRefusal) {
    if strategy == .simpleOneForOne { throw .simpleOneForOne }
    if let key = child(id: specification.id) {
      if case .running(let pid) = children[key]?.status { throw .alreadyStarted(pid) }
      throw .alreadyPresent
    }
    let key = add(specification)
    operation = Operation(.startChild(request, key), starts: [key])
  }

  private mutating func startInstance(
    _ arguments: [Value], _ request: RequestToken
  ) throws(SupervisorRefusal) {
    guard strategy == .simpleOneForOne, var specification = templateChild else { throw .notSimpleOneForOne }
    specification.arguments += arguments
    let key = add(specification)
    operation = Operation(.startChild(request, key), starts: [key])
  }

  private mutating func terminateChild(
    _ name: SupervisorCommand.ChildName, _ request: RequestToken
  ) throws(SupervisorRefusal) {
    let key: ChildKey?
    switch (strategy, name) {
    case (.simpleOneForOne, .pid(let pid)):
      guard let known = child(pid) else { throw .unknownProcess(pid) }
      key = known
    case (.simpleOneForOne, .id): throw .simpleOneForOne
    case (_, .id(let id)): key = child(id: id)
    case (_, .pid): key = nil
    }
    guard let key else { throw .notFound }
    operation = Operation(.terminateChild(request), stops: [key])
  }

  private mutating func restartChild(
    _ name: SupervisorCommand.ChildName, _ request: RequestToken
  ) throws(SupervisorRefusal) {
    let key = try stoppedChild(name)
    operation = Operation(.restartChild(request, key), starts: [key])
  }

  private mutating func deleteChild(_ name: SupervisorCommand.ChildName) throws(SupervisorRefusal) {
    remove(try stoppedChild(name))
  }

  private func stoppedChild(_ name: SupervisorCommand.ChildName) throws(SupervisorRefusal) -> ChildKey {
    if strategy == .simpleOneForOne { throw .simpleOneForOne }
    guard case .id(let id) = name, let key = child(id: id), let child = children[key] else { throw .notFound }
    switch child.status {
    case .running: throw .running
    case .restarting: throw .restarting
    case .stopped: return key
    }
  }

  /// The answer to `which_children`, first started first.
  package var statuses: [ChildStatus] {
    order.compactMap { key in
      guard let child = children[key] else { return nil }
      let state: ChildStatus.State =
        switch child.status {
        case .running(let pid): .running(pid)
        case .stopped: .stopped
        case .restarting: .restarting
        }
      return ChildStatus(
        id: strategy == .simpleOneForOne ? nil : child.specification.id, state: state,
        type: child.specification.type)
    }
  }

  /// The answer to `count_children`.
  package var counts: ChildCounts {
    var counts = ChildCounts(specifications: 0, active: 0, supervisors: 0, workers: 0)
    for child in children.values {
      if case .running = child.status { counts.active += 1 }
      switch child.specification.type {
      case .supervisor: counts.supervisors += 1
      case .worker: counts.workers += 1
      }
    }
    counts.specifications = strategy == .simpleOneForOne ? 1 : children.count
    return counts
  }
}
