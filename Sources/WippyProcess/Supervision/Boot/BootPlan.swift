import WippyCore

/// In which order units start and stop: a value that turns events into actions.
///
/// A unit starts when all that it requires run, independent ones at the same time. It is stopped when all that require
/// it have stopped. A unit that fails, or does not run in time, is the failure of every unit that requires it.
package struct BootPlan: Sendable {
  private enum Phase: Sendable, Hashable {
    case waiting, starting, running, failed, stopping, stopped
  }

  private struct Node: Sendable {
    var unit: Unit
    var dependents: [EntryID] = []
    var phase = Phase.waiting
  }

  private var nodes: [EntryID: Node] = [:]
  /// In the order in which they were given.
  private let order: [EntryID]
  private var isStopping = false
  private var report = Report()
  private var isBooted = false
  private var isOver = false
  private var actions: [Action] = []

  /// - Parameter units: Each requires units of the plan only: what needs no start (hosts, files) is left out.
  package init(_ units: [Unit]) throws(Problem) {
    for unit in units {
      if nodes[unit.id] != nil { throw .duplicate(unit.id) }
      nodes[unit.id] = Node(unit: unit)
    }
    order = units.map(\.id)
    for unit in units {
      for required in Set(unit.requires) {
        if nodes[required] == nil { throw .unknown(required, requiredBy: unit.id) }
        nodes[required]?.dependents.append(unit.id)
      }
    }
    if let cycle = BootPlan.cycle(nodes.mapValues(\.unit), order) { throw .cycle(cycle) }
  }

  /// Takes one event and says what is to be done, in this order.
  package mutating func handle(_ event: Event) -> [Action] {
    guard !isOver else { return [] }
    switch event {
    case .begin: break
    case .running(let id):
      guard phase(id) == .starting else { break }
      actions.append(.clearTimer(id))
      nodes[id]?.phase = .running
    case .failed(let id, let message):
      guard phase(id) == .starting else { break }
      actions.append(.clearTimer(id))
      fail(id, message)
    case .startTimeout(let id):
      guard phase(id) == .starting else { break }
      fail(id, "it did not run within `start_timeout`")
    case .stop:
      isStopping = true
      for id in order where phase(id) == .waiting { nodes[id]?.phase = .stopped }
    case .stopped(let id, let killed):
      guard let phase = phase(id), phase != .waiting, phase != .stopped else { break }
      if phase == .starting { actions.append(.clearTimer(id)) }
      nodes[id]?.phase = .stopped
      report.killed += killed
    }
    proceed()
    defer { actions = [] }
    return actions
  }

  private func phase(_ id: EntryID) -> Phase? { nodes[id]?.phase }

  private mutating func proceed() {
    if isStopping {
      stopReady()
      if nodes.values.allSatisfy({ $0.phase == .stopped }) {
        isOver = true
        actions.append(.stopped(report))
      }
      return
    }
    for id in order where phase(id) == .waiting {
      guard let unit = nodes[id]?.unit, unit.requires.allSatisfy({ phase($0) == .running }) else { continue }
      nodes[id]?.phase = .starting
      actions.append(.setTimer(id, nanoseconds: unit.startTimeout))
      actions.append(.start(id))
    }
    let isSettled = nodes.values.allSatisfy { $0.phase != .waiting && $0.phase != .starting }
    if isSettled, !isBooted {
      isBooted = true
      actions.append(.booted(report))
    }
  }

  /// A failed one that was started is stopped too: it may still be trying.
  private mutating func stopReady() {
    var changes = true
    while changes {
      changes = false
      for id in order.reversed() {
        guard let node = nodes[id], node.phase == .starting || node.phase == .running || node.phase == .failed,
          node.dependents.allSatisfy({ phase($0) == .stopped })
        else { continue }
        if node.phase == .starting { actions.append(.clearTimer(id)) }
        if node.phase == .failed, !report.tried.contains(id) {
          // Nothing to wait for: what it requires may be next.
          nodes[id]?.phase = .stopped
          changes = true
        } else {
          nodes[id]?.phase = .stopping
          actions.append(.stop(id))
        }
      }
    }
  }

  private mutating func fail(_ id: EntryID, _ message: String) {
    nodes[id]?.phase = .failed
    report.tried.insert(id)
    report.failures.append(Failure(unit: id, cause: nil, message: message))
    var reached: [EntryID] = nodes[id]?.dependents ?? []
    while let dependent = reached.popLast() {
      guard phase(dependent) == .waiting else { continue }
      nodes[dependent]?.phase = .failed
      report.failures.append(
        Failure(unit: dependent, cause: id, message: "it requires \(id), which did not start"))
      reached += nodes[dependent]?.dependents ?? []
    }
  }
}
