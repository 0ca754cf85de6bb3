import WippyCore

/// A `process.supervisor` entry, decoded.
package struct SupervisorEntry: Sendable {
  package enum Strategy: String, Sendable, Hashable {
    case oneForOne = "one_for_one"
    case oneForAll = "one_for_all"
    case restForOne = "rest_for_one"
    case simpleOneForOne = "simple_one_for_one"
  }

  /// How a child is stopped.
  package enum Shutdown: Sendable, Hashable {
    /// A cancel, and a kill after this time.
    case time(Duration)
    case brutalKill
    case infinity
  }

  /// What a child runs.
  package enum Target: Sendable, Hashable {
    case process(EntryID)
    case supervisor(EntryID)
  }

  /// One item of `children`.
  package struct Child: Sendable, Hashable {
    package let id: String
    package let target: Target
    /// Arguments.
    package let input: [Value]
    package let restart: RestartConfiguration.Policy
    package let shutdown: Shutdown
    /// Where it stands in the entry: `children[0]`.
    package let path: String
  }

  package let entry: Entry
  package let host: EntryID?
  package let strategy: Strategy
  /// The most restarts in `period`.
  package let intensity: Int
  package let period: Duration
  package let children: [Child]
  package let lifecycle: LifecycleConfiguration

  package var id: EntryID { entry.id }

  /// The defaults of `intensity` and `period` are OTP's.
  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "process.supervisor")
    self.entry = entry
    host = reader.reference("host")
    strategy = reader.text("strategy").flatMap(Strategy.init) ?? .oneForOne
    intensity = reader.integer("intensity").flatMap { Int(exactly: $0) } ?? 1
    period = reader.duration("period") ?? .seconds(5)
    var children: [Child] = []
    for child in reader.objects("children") { children.append(try SupervisorEntry.child(child)) }
    self.children = children
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
  }

  private static func child(_ reader: EntryReader) throws(RegistryError) -> Child {
    let target: Target =
      if let supervisor = reader.reference("supervisor") {
        .supervisor(supervisor)
      } else {
        .process(try reader.requiredReference("process"))
      }
    let shutdown: Shutdown
    switch (reader.text("shutdown"), target) {
    case ("brutal_kill", _): shutdown = .brutalKill
    case ("infinity", _), (nil, .supervisor): shutdown = .infinity
    default: shutdown = .time(reader.duration("shutdown") ?? .seconds(5))
    }
    return Child(
      id: try reader.requiredText("id"), target: target, input: reader.node["input"]?.items?.map(\.value) ?? [],
      restart: reader.text("restart").flatMap(RestartConfiguration.Policy.init) ?? .permanent,
      shutdown: shutdown, path: reader.path)
  }
}
