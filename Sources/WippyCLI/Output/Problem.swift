import WippyRegistry

/// One message for the person at the terminal.
struct Problem: Sendable, Hashable {
  enum Severity: String, Sendable, Hashable {
    case notice
    case warning
    case error
  }

  var severity: Severity
  var text: String

  init(_ severity: Severity, _ text: String) {
    self.severity = severity
    self.text = text
  }

  init(_ diagnostic: Diagnostic) {
    severity =
      switch diagnostic.severity {
      case .notice: .notice
      case .warning: .warning
      case .error: .error
      }
    text = diagnostic.description
  }

  /// What to tell of a project's problems: errors always, warnings unless `silent`, notices in `lint` only.
  static func all(_ diagnostics: [Diagnostic], silent: Bool = false, notices: Bool = false) -> [Problem] {
    diagnostics.filter { diagnostic in
      switch diagnostic.severity {
      case .error: true
      case .warning: !silent
      case .notice: notices
      }
    }.map(Problem.init)
  }
}
