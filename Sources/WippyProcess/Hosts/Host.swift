import Synchronization
import WippyCore

/// Where processes run: it bounds how many there are, and closes for shutdown.
package final class Host: ProcessHost {
  package let id: EntryID
  /// The id's text, as PIDs show it.
  package let name: String
  /// Where its processes are.
  let place: ProcessPlace
  /// The most processes at a time; 0 is what the machine holds.
  package let maxProcesses: Int
  /// The most processes that wait for their first step; 0 is no bound.
  package let queueSize: Int

  private let word = Atomic<UInt64>(0)
  private let drainObservers = Mutex<[@Sendable () -> Void]>([])

  package init(id: EntryID, maxProcesses: Int = 0, queueSize: Int = 0) {
    self.id = id
    self.name = id.description
    place = ProcessPlace(host: name)
    self.maxProcesses = max(0, maxProcesses)
    self.queueSize = max(0, queueSize)
  }

  /// How many processes the host has now, those that are starting included.
  package var processCount: Int { state.processes }

  /// Whether spawns are refused because the host shuts down.
  package var isClosed: Bool { state.isClosed }

  var state: HostState { HostState(bits: word.load(ordering: .acquiring)) }

  /// Refuses every spawn from now on.
  package func close() {
    transition { $0.close() }
    notifyIfDrained()
  }

  func admit() throws(ProcessError) {
    switch transition({ $0.admit(maxProcesses: maxProcesses, queueSize: queueSize) }) {
    case .admitted: return
    case .closed: throw .hostClosed(host: name)
    case .full:
      throw .hostFull(host: name, maxProcesses: maxProcesses == 0 ? HostState.maximum : maxProcesses)
    case .queueFull: throw .hostQueueFull(host: name, queueSize: queueSize)
    }
  }

  func beginFirstStep() {
    transition { $0.beginFirstStep() }
  }

  /// Gives back the process's place, so that an observer of its end can spawn its successor.
  func release() {
    transition { $0.release() }
  }

  /// Counts the process as gone: its observers have run.
  func finish() {
    transition { $0.finish() }
    notifyIfDrained()
  }

  /// Runs `action` once, when the host is closed and its last process's observers have run.
  func onDrained(_ action: @escaping @Sendable () -> Void) {
    let now = drainObservers.withLock { observers in
      if state.isDrained { return true }
      observers.append(action)
      return false
    }
    if now { action() }
  }

  private func notifyIfDrained() {
    guard state.isDrained else { return }
    let observers = drainObservers.withLock { observers in
      let all = observers
      observers = []
      return all
    }
    for observer in observers { observer() }
  }

  @discardableResult
  private func transition<Result>(_ body: (inout HostState) -> Result) -> Result {
    var old = word.load(ordering: .relaxed)
    while true {
      var new = HostState(bits: old)
      let result = body(&new)
      let (exchanged, current) = word.weakCompareExchange(
        expected: old, desired: new.bits, ordering: .acquiringAndReleasing)
      if exchanged { return result }
      old = current
    }
  }
}
