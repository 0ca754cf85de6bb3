/// Why a name was not registered.
package enum NameFailure: Error, Sendable, Hashable, CustomStringConvertible {
  case taken(name: String, by: ProcessID)
  case noProcess(ProcessID)
  /// A process has at most `limit` names.
  case tooMany(limit: Int)
  /// A name has 1 to `maxLength` bytes.
  case invalid

  package static let maxLength = 255

  package var kind: ErrorKind {
    switch self {
    case .taken: .alreadyExists
    case .noProcess: .notFound
    case .tooMany: .rateLimited
    case .invalid: .invalid
    }
  }

  package var description: String {
    switch self {
    case .taken(let name, let pid): "the name \(name) belongs to \(pid): unregister it or choose another one"
    case .noProcess(let pid): "there is no process \(pid)"
    case .tooMany(let limit): "a process has at most \(limit) names: unregister some"
    case .invalid: "a name has 1 to \(NameFailure.maxLength) bytes: choose another one"
    }
  }
}
