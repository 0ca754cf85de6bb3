import WippyCore
import WippyProcess
import WippyRegistry

/// A `process.supervisor` entry, ready to be started.
package final class LoadedSupervisor: Sendable {
  package let entry: SupervisorEntry
  private let specification: SupervisorSpecification
  private let registry: Registry
  private let journal: SupervisionJournal

  init(_ id: EntryID, registry: Registry, journal: SupervisionJournal) throws(RuntimeError) {
    do {
      entry = try SupervisorEntry(try registry.requireEntry(id))
    } catch {
      throw .entry("\(error)")
    }
    specification = SupervisorSpecification(entry)
    if let problem = specification.problem { throw .entry("\(entry.entry.diagnostic(.error, problem))") }
    self.registry = registry
    self.journal = journal
  }

  /// A program for one process.
  ///
  /// - Parameters:
  ///   - host: Where it runs, and children without a host of their own.
  ///   - parent: The process that spawns it, if one does.
  func program(scheduler: Scheduler, host: EntryID, parent: ProcessID?) -> SupervisorProgram {
    SupervisorProgram(
      specification, scheduler: scheduler, host: host, parent: parent,
      readChild: { [registry, entry] value in
        do throws(RequestFailure) {
          let child = try ChildSpecification(value, namespace: entry.id.namespace) { DurationText.nanoseconds($0) }
          try Self.check(child, registry)
          return .success(child)
        } catch {
          return .failure(error)
        }
      },
      report: { [journal, id = entry.id, weak scheduler] pid, report in
        journal.note(report, of: id, pid, in: scheduler)
      })
  }

  /// What the registry has checked of the children that stand in an entry.
  private static func check(_ child: ChildSpecification, _ registry: Registry) throws(RequestFailure) {
    let kinds = child.type == .supervisor ? ["process.supervisor"] : ["process.wasm", "process.lua"]
    try check(child.entry, kinds, field: child.type == .supervisor ? "supervisor" : "process", of: child, registry)
    if let host = child.host { try check(host, ["process.host"], field: "host", of: child, registry) }
  }

  private static func check(
    _ id: EntryID, _ kinds: [String], field: String, of child: ChildSpecification, _ registry: Registry
  ) throws(RequestFailure) {
    let place = "start_child: `\(field)` of child `\(child.id)`"
    do {
      let kind = try registry.requireEntry(id).kind
      guard !kinds.contains(kind) else { return }
      throw RequestFailure(
        "\(place): \(id) is a \(kind), and a \(kinds.joined(separator: " or ")) is needed", kind: .invalid)
    } catch let failure as RequestFailure {
      throw failure
    } catch {
      throw RequestFailure("\(place): \(error)", kind: .notFound)
    }
  }
}

extension SupervisorSpecification {
  init(_ entry: SupervisorEntry) {
    let strategy: RestartStrategy =
      switch entry.strategy {
      case .oneForOne: .oneForOne
      case .oneForAll: .oneForAll
      case .restForOne: .restForOne
      case .simpleOneForOne: .simpleOneForOne
      }
    self.init(
      strategy: strategy, intensity: entry.intensity, period: UInt64(clamping: entry.period.wholeNanoseconds),
      children: entry.children.map(ChildSpecification.init))
  }
}

extension ChildSpecification {
  fileprivate init(_ child: SupervisorEntry.Child) {
    let (entry, type): (EntryID, ChildType) =
      switch child.target {
      case .process(let id): (id, .worker)
      case .supervisor(let id): (id, .supervisor)
      }
    let shutdown: ChildShutdown =
      switch child.shutdown {
      case .brutalKill: .brutalKill
      case .infinity: .infinity
      case .time(let time): .milliseconds(UInt64(clamping: time.wholeNanoseconds / 1_000_000))
      }
    self.init(
      id: child.id, entry: entry, arguments: child.input, restart: RestartType(child.restart), shutdown: shutdown,
      type: type)
  }
}

extension RestartType {
  init(_ policy: RestartConfiguration.Policy) {
    self =
      switch policy {
      case .permanent: .permanent
      case .transient: .transient
      case .temporary: .temporary
      }
  }
}

extension Duration {
  /// Nanoseconds; as many as there can be where it is longer, and none where it is negative.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || carry ? .max : sum
  }
}
