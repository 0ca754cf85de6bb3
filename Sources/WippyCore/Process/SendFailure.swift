/// Why a message was not delivered.
package enum SendFailure: Error, Sendable, Hashable, CustomStringConvertible {
  case noProcess(ProcessID)
  /// The process is there, and its program receives nothing.
  case noMailbox(ProcessID)
  case mailboxFull(ProcessID, limit: UInt64, of: Bound)
  case nodeUnreachable(String)

  package enum Bound: String, Sendable, Hashable {
    case messages = "max_mailbox"
    case bytes = "max_mailbox_bytes"
  }

  package var kind: ErrorKind {
    switch self {
    case .noProcess: .notFound
    case .noMailbox, .nodeUnreachable: .unavailable
    case .mailboxFull: .rateLimited
    }
  }

  package var retryable: Bool {
    switch self {
    case .noProcess, .noMailbox: false
    case .mailboxFull, .nodeUnreachable: true
    }
  }

  package var description: String {
    switch self {
    case .noProcess(let pid):
      "there is no process \(pid)"
    case .noMailbox(let pid):
      "process \(pid) has no mailbox: a guest that is to receive imports wippy:process"
    case .mailboxFull(let pid, let limit, let bound):
      "the mailbox of \(pid) is full: `\(bound.rawValue)` is \(limit); raise it or send more slowly"
    case .nodeUnreachable(let node):
      "node \(node) cannot be reached"
    }
  }
}
