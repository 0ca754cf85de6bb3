/// Why a name was not registered.
package enum NameFailure: Error, Sendable, Hashable, CustomStringConvertible {
  case taken(name: String, by: ProcessID)
  case noProcess(ProcessID)
  /// A process has at most `limit` names.
  case tooMany(limit: Int)

  package var kind: ErrorKind {
    switch self {
    case .taken: .alreadyExists
    case .noProcess: .notFound
    case .tooMany: .rateLimited
    }
  }

  package var description: String {
    switch self {
    case .taken(let name, let pid): "the name \(name) belongs to \(pid): unregister it or choose another one"
    case .noProcess(let pid): "there is no process \(pid)"
    case .tooMany(let limit): "a process has at most \(limit) names: unregister some"
    }
  }
}
