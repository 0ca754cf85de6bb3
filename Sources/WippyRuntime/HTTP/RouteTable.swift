/// The endpoints of a server, by method and path.
package struct RouteTable<Endpoint: Sendable>: Sendable {
  package enum Match {
    /// Values of the path's `{name}` segments, in their order.
    case found(Endpoint, parameters: [(name: String, value: String)])
    /// The path is there, and takes other methods.
    case otherMethods([String])
    case none
  }

  private struct Node: Sendable {
    var literals: [String: Node] = [:]
    /// One `{name}` segment; in a box, because a value cannot have itself inside.
    var parameter: [Node] = []
    var endpoints: [String: (endpoint: Endpoint, names: [String])] = [:]
  }

  private var root = Node()

  package init() {}

  /// Adds an endpoint; `false` when there is one of this method and path already.
  package mutating func add(method: String, path: String, _ endpoint: Endpoint) -> Bool {
    var names: [String] = []
    let segments = RouteTable.segments(path).map { segment -> String? in
      guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return String(segment) }
      names.append(String(segment.dropFirst().dropLast()))
      return nil
    }
    return RouteTable.add(&root, segments[...], method, (endpoint, names))
  }

  private static func add(
    _ node: inout Node, _ segments: ArraySlice<String?>, _ method: String,
    _ value: (endpoint: Endpoint, names: [String])
  ) -> Bool {
    guard let first = segments.first else {
      guard node.endpoints[method] == nil else { return false }
      node.endpoints[method] = value
      return true
    }
    if let literal = first {
      return add(&node.literals[literal, default: Node()], segments.dropFirst(), method, value)
    }
    if node.parameter.isEmpty { node.parameter.append(Node()) }
    return add(&node.parameter[0], segments.dropFirst(), method, value)
  }

  /// The endpoint of a request; `path` may have a query.
  package func match(method: String, path: String) -> Match {
    let path = path.prefix { $0 != "?" }
    var values: [String] = []
    guard let node = find(root, RouteTable.segments(String(path))[...], &values) else { return .none }
    // What answers GET answers HEAD.
    guard let found = node.endpoints[method] ?? (method == "HEAD" ? node.endpoints["GET"] : nil) else {
      return .otherMethods(node.endpoints.keys.sorted())
    }
    return .found(found.endpoint, parameters: zip(found.names, values).map { ($0, $1) })
  }

  /// A literal segment wins over a parameter.
  private func find(_ node: Node, _ segments: ArraySlice<Substring>, _ values: inout [String]) -> Node? {
    guard let first = segments.first else { return node.endpoints.isEmpty ? nil : node }
    guard let text = URLText.decoded(first, plusIsSpace: false) else { return nil }
    let count = values.count
    if let next = node.literals[text], let found = find(next, segments.dropFirst(), &values) { return found }
    values.removeLast(values.count - count)
    guard let next = node.parameter.first, !text.isEmpty else { return nil }
    values.append(text)
    return find(next, segments.dropFirst(), &values)
  }

  private static func segments(_ path: String) -> [Substring] {
    path.split(separator: "/", omittingEmptySubsequences: true)
  }
}
