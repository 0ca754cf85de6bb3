import WippyCore
import WippyRegistry

/// Finds what has to be started, and in which order.
struct ServiceUnits {
  private let registry: Registry
  /// Of a supervisor that is a child: the supervisors whose child it is.
  private let parents: [EntryID: [EntryID]]

  init(_ registry: Registry) throws(RegistryError) {
    self.registry = registry
    var parents: [EntryID: [EntryID]] = [:]
    for entry in registry.entries where entry.kind == "process.supervisor" {
      for child in try SupervisorEntry(entry).children {
        if case .supervisor(let id) = child.target { parents[id, default: []].append(entry.id) }
      }
    }
    self.parents = parents
  }

  /// The units with `auto_start`.
  func automatic() throws(RegistryError) -> [EntryID] {
    var found: [EntryID] = []
    for entry in registry.entries where Self.mayBeUnit(entry) {
      let lifecycle =
        switch entry.kind {
        case "process.service": try ServiceEntry(entry).lifecycle
        case "http.service": try HTTPServiceEntry(entry).lifecycle
        default: try SupervisorEntry(entry).lifecycle
        }
      guard lifecycle.autoStart else { continue }
      for id in owners(of: entry.id) where !found.contains(id) { found.append(id) }
    }
    return found
  }

  /// The units to which entries belong.
  func owners(of ids: [EntryID]) -> [EntryID] {
    Set(ids.flatMap { owners(of: $0) }).sorted()
  }

  /// The units that an entry needs, through entries that do not run by themselves: a unit's own needs are its own.
  func needed(by id: EntryID) -> [EntryID] {
    var found: [EntryID] = []
    var seen: Set<EntryID> = [id]
    var open = registry.dependencies(of: id)
    while let next = open.popLast() {
      guard seen.insert(next).inserted, let entry = registry.entry(next) else { continue }
      let owners = Self.mayBeUnit(entry) ? owners(of: next) : []
      // The trees below a supervisor are its own: what their processes need, it needs.
      if owners.isEmpty || owners.contains(id) {
        open += registry.dependencies(of: next)
      } else {
        for owner in owners where !found.contains(owner) { found.append(owner) }
      }
    }
    return found.sorted()
  }

  /// The roots and all units that they need.
  func units(_ roots: [EntryID]) throws(RegistryError) -> [ServiceUnit] {
    var units: [EntryID: ServiceUnit] = [:]
    var open = roots
    while let id = open.popLast() {
      guard units[id] == nil else { continue }
      var unit = try ServiceUnit(try registry.requireEntry(id))
      unit.requires = needed(by: id)
      units[id] = unit
      open += unit.requires
    }
    return units.values.sorted { $0.id < $1.id }
  }

  /// Whether it is of a kind that is started by itself.
  static func mayBeUnit(_ entry: Entry) -> Bool {
    ["process.service", "process.supervisor", "http.service"].contains(entry.kind)
  }

  /// The unit to which an entry belongs: itself, or the supervisors at the top of its trees.
  private func owners(of id: EntryID) -> [EntryID] {
    var found: [EntryID] = []
    var seen: Set<EntryID> = []
    var open = [id]
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      if let above = parents[next] { open += above } else { found.append(next) }
    }
    return found.sorted()
  }
}
