import WippyCore

/// What the registry cannot do. Problems of the definition files are `Diagnostic`s, not errors.
package enum RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The project directory that was asked for is not there.
  case noProjectDirectory(path: String)
  /// A file cannot be read: the path, and why.
  case unreadable(path: String, reason: String)
  /// There is no such entry; the message names the nearest ones.
  case unknownEntry(EntryID, suggestion: String?)
  /// An entry is of another kind than the one that is needed.
  case wrongKind(EntryID, kind: String, expected: String)
  /// A field of an entry does not hold what its kind asks for.
  case invalidField(Diagnostic)
  /// An environment storage or variable cannot do what was asked.
  case environment(EntryID, position: SourcePosition, reason: String)
  /// The directory of a filesystem entry is not usable.
  case filesystem(EntryID, position: SourcePosition, reason: String)

  package var description: String {
    switch self {
    case .noProjectDirectory(let path):
      "there is no directory \(path): name an existing project directory with -C DIR"
    case .unreadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .unknownEntry(let id, let suggestion):
      "there is no entry \(id)\(suggestion.map { ": \($0)" } ?? "")"
    case .wrongKind(let id, let kind, let expected):
      "entry \(id) is a \(kind), and \(expected) is needed here"
    case .invalidField(let diagnostic):
      diagnostic.description
    case .environment(let id, let position, let reason), .filesystem(let id, let position, let reason):
      "\(position): \(id): \(reason)"
    }
  }

  /// A short name of the case, for metric labels.
  package var label: String {
    switch self {
    case .noProjectDirectory: "no-project-directory"
    case .unreadable: "unreadable"
    case .unknownEntry: "unknown-entry"
    case .wrongKind: "wrong-kind"
    case .invalidField: "invalid-field"
    case .environment: "environment"
    case .filesystem: "filesystem"
    }
  }
}
