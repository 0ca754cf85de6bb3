import WippyCore

/// Which entries need which: `requires`, `depends_on`, and every other reference; a server also what answers on it.
struct DependencyGraph: Sendable {
  /// Direct dependencies in the order of the fields, each once.
  private let edges: [EntryID: [EntryID]]

  init(entries: [EntryID: Entry], references: [EntryID: [EntryReference]]) {
    var edges: [EntryID: [EntryID]] = [:]
    for (id, list) in references {
      var seen: Set<EntryID> = []
      edges[id] = list.map(\.target).filter { entries[$0] != nil && seen.insert($0).inserted }
    }
    // Endpoints name their server, and it needs their functions: it must not answer before these can run.
    for endpoint in entries.values.filter({ $0.kind == "http.endpoint" }).sorted(by: { $0.id < $1.id }) {
      guard let router = HTTPEndpointEntry.reference("router", endpoint).flatMap({ entries[$0] }),
        let server = HTTPEndpointEntry.reference("server", router), entries[server] != nil,
        let function = HTTPEndpointEntry.reference("func", endpoint), entries[function] != nil,
        edges[server]?.contains(function) != true
      else { continue }
      edges[server, default: []].append(function)
    }
    self.edges = edges
  }

  func dependencies(of id: EntryID) -> [EntryID] { edges[id] ?? [] }

  /// `roots` and everything that they need, dependencies first. A cycle is cut where it closes.
  func order(from roots: [EntryID]) -> [EntryID] {
    var order: [EntryID] = []
    var seen: Set<EntryID> = []
    for root in roots where seen.insert(root).inserted {
      var stack: [(id: EntryID, next: Int)] = [(root, 0)]
      while let (id, next) = stack.last {
        let needed = dependencies(of: id)
        if next < needed.count {
          stack[stack.count - 1].next += 1
          if seen.insert(needed[next]).inserted { stack.append((needed[next], 0)) }
        } else {
          order.append(id)
          stack.removeLast()
        }
      }
    }
    return order
  }

  /// Cycles, each as the ids on it in order; entries that are on several are reported with one.
  func cycles(among ids: [EntryID]) -> [[EntryID]] {
    enum Mark { case open, closed }
    var marks: [EntryID: Mark] = [:]
    var found: [[EntryID]] = []
    for root in ids where marks[root] == nil {
      marks[root] = .open
      var stack: [(id: EntryID, next: Int)] = [(root, 0)]
      while let (id, next) = stack.last {
        let needed = dependencies(of: id)
        guard next < needed.count else {
          marks[id] = .closed
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let target = needed[next]
        switch marks[target] {
        case nil:
          marks[target] = .open
          stack.append((target, 0))
        case .open:
          let start = stack.firstIndex { $0.id == target } ?? 0
          found.append(stack[start...].map(\.id))
        case .closed: break
        }
      }
    }
    return found
  }
}
