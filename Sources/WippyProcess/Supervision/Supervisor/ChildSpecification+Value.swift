import WippyCore

extension ChildSpecification {
  /// Reads the table that a program gives `start_child`: the fields of an item of `children`.
  ///
  /// - Parameters:
  ///   - namespace: Where names without one belong.
  ///   - nanoseconds: Reads a duration's text.
  package init(
    _ value: Value, namespace: String, nanoseconds: (String) -> Int64?
  ) throws(RequestFailure) {
    guard case .table(let fields) = value else {
      throw ChildSpecification.invalid("expected a table with `id` and `process`, got \(value.typeName)")
    }
    let known: Set<String> = ["id", "process", "supervisor", "host", "input", "restart", "shutdown"]
    if let unknown = fields.first(where: { !known.contains($0.key) }) {
      throw ChildSpecification.invalid(
        "a child has no field `\(unknown.key)`; it has \(known.sorted().joined(separator: ", "))")
    }
    guard let id = try ChildSpecification.text(value, "id"), !id.isEmpty else {
      throw ChildSpecification.invalid("`id` is missing: name the child")
    }
    let process = try ChildSpecification.entry(value, "process", in: namespace)
    let supervisor = try ChildSpecification.entry(value, "supervisor", in: namespace)
    guard let entry = process ?? supervisor, process == nil || supervisor == nil else {
      throw ChildSpecification.invalid("child `\(id)` needs either `process` or `supervisor`")
    }
    var arguments: [Value] = []
    switch value["input"] {
    case nil, .null: break
    case .array(let items): arguments = items
    // What a language without a type for lists makes of an empty one.
    case .table(let fields) where fields.isEmpty: break
    case .some(let other):
      throw ChildSpecification.invalid(
        "`input` of child `\(id)` is a list of arguments, got \(other.typeName)")
    }
    var restart = RestartType.permanent
    if let text = try ChildSpecification.text(value, "restart") {
      guard let type = RestartType(rawValue: text) else {
        throw ChildSpecification.invalid(
          "`restart` of child `\(id)` is `\(text)`; give permanent, transient or temporary")
      }
      restart = type
    }
    self.init(
      id: id, entry: entry, host: try ChildSpecification.entry(value, "host", in: namespace),
      arguments: arguments, restart: restart,
      shutdown: try ChildSpecification.shutdown(value["shutdown"], of: id, nanoseconds),
      type: supervisor == nil ? .worker : .supervisor)
  }

  private static func shutdown(
    _ value: Value?, of id: String, _ nanoseconds: (String) -> Int64?
  ) throws(RequestFailure) -> ChildShutdown? {
    switch value {
    case nil, .null: return nil
    case .string("brutal_kill"): return .brutalKill
    case .string("infinity"): return .infinity
    case .string(let text):
      if let time = nanoseconds(text), time >= 0 { return .milliseconds(UInt64(time) / 1_000_000) }
    case .integer(let time) where time >= 0: return .milliseconds(UInt64(time) / 1_000_000)
    default: break
    }
    throw invalid("`shutdown` of child `\(id)` is a duration such as `5s`, `brutal_kill` or `infinity`")
  }

  private static func text(_ value: Value, _ key: String) throws(RequestFailure) -> String? {
    switch value[key] {
    case nil, .null: return nil
    case .string(let text): return text
    case .some(let other): throw invalid("`\(key)` is a string, got \(other.typeName)")
    }
  }

  private static func entry(
    _ value: Value, _ key: String, in namespace: String
  ) throws(RequestFailure) -> EntryID? {
    guard let text = try text(value, key) else { return nil }
    guard let id = EntryID(text, in: namespace) else {
      throw invalid("`\(key)` is `\(text)`, which is no entry id: give `namespace:name`")
    }
    return id
  }

  private static func invalid(_ message: String) -> RequestFailure {
    RequestFailure("start_child: \(message)", kind: .invalid)
  }
}
