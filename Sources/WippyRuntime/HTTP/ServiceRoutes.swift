import WippyCore

/// Everything that answers on one `http.service`.
struct ServiceRoutes: Sendable {
  struct Target: Sendable {
    var function: EntryID
    var pool: FunctionPool?
  }

  var table = RouteTable<Target>()
  /// The longest prefix first.
  var files: [StaticFiles] = []
  var live: String?
  var ready: String?
  var metrics: String?

  func answersItself(_ path: Substring) -> Bool {
    [live, ready, metrics].contains { $0.map { $0 == path } ?? false }
  }
}
