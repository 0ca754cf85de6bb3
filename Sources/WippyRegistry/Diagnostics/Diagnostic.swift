import WippyCore

/// One problem of a project's files: what is wrong, where, and what to write instead.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  package enum Severity: String, Sendable, Hashable, Comparable {
    /// Something is accepted and has no effect here.
    case notice
    /// The project loads; something in it will not work, or is probably a mistake.
    case warning
    /// Nothing starts.
    case error

    private var rank: Int {
      switch self {
      case .notice: 0
      case .warning: 1
      case .error: 2
      }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
  }

  package var severity: Severity
  package var position: SourcePosition
  /// The entry that the problem belongs to; `nil` for a problem of the file itself.
  package var entry: EntryID?
  package var message: String

  package init(_ severity: Severity, _ position: SourcePosition, entry: EntryID? = nil, _ message: String) {
    self.severity = severity
    self.position = position
    self.entry = entry
    self.message = message
  }

  package var file: String { position.file }
  package var line: Int { position.line }
  package var column: Int { position.column }

  /// `file:line:column: entry: what is wrong, and what to write instead`.
  package var description: String {
    "\(position): \(entry.map { "\($0): " } ?? "")\(message)"
  }
}
