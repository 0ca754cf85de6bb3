import ArgumentParser
import WippyCore
import WippyRegistry
import WippyRuntime

/// `wippy lint`
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Checks the whole project and starts nothing.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let registry = try common.loadUncheckedRegistry()
    let diagnostics = registry.lint().sorted { ($0.position, $0.message) < ($1.position, $1.message) }
    let shown = diagnostics.filter { !common.silent || $0.severity == .error }
    let hasErrors = diagnostics.contains { $0.severity == .error }
    if common.json {
      try StandardOutput.write(json: Self.json(registry, shown))
    } else {
      StandardError.report(Problem.all(shown, notices: true))
      if !hasErrors { try StandardOutput.write(Self.summary(registry, diagnostics)) }
    }
    if hasErrors { throw CommandFailure([]) }
  }

  static func summary(_ registry: Registry, _ diagnostics: [Diagnostic]) -> String {
    let warnings = diagnostics.count { $0.severity == .warning }
    let found = warnings == 0 ? "no problems" : "no errors, \(counted(warnings, "warning"))"
    return "\(counted(registry.entries.count, "entry", "entries")) in "
      + "\(counted(registry.definitionFiles.count, "file")): \(found)\n"
  }

  static func json(_ registry: Registry, _ diagnostics: [Diagnostic]) -> Value {
    let problems = diagnostics.map { problem in
      Value.table([
        .init("severity", .string(problem.severity.rawValue)), .init("file", .string(problem.file)),
        .init("line", .integer(Int64(problem.line))), .init("column", .integer(Int64(problem.column))),
        .init("entry", problem.entry.map { .string("\($0)") } ?? .null),
        .init("message", .string(problem.message)),
      ])
    }
    return .table([
      .init("files", .array(registry.definitionFiles.map(Value.string))),
      .init("entries", .integer(Int64(registry.entries.count))), .init("problems", .array(problems)),
    ])
  }
}

/// `1 file`, `2 files`
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? "\(one)s")"
}
