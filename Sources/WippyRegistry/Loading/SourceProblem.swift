import Yams

/// What stopped a file from being parsed.
struct SourceProblem: Error, Sendable {
  let position: SourcePosition
  let message: String

  init(_ position: SourcePosition, _ message: String) {
    self.position = position
    self.message = message
  }

  init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = SourcePosition(file: file, line: mark.line, column: mark.column)
      let whole = [context?.text, problem].compactMap(\.self).joined(separator: ": ")
      self.init(place, "this is not YAML: \(whole)\(Self.advice(problem))")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "`\(shortened($0))`" }.joined(separator: ", ")
      let place = SourcePosition(file: file, line: context.mark.line, column: context.mark.column)
      self.init(place, "the key \(names) is written more than once in this map: keep one")
    case .reader(let problem, let offset, _, let text):
      var place = SourcePosition(file: file)
      if let offset {
        let before = text.prefix(offset)
        let lastLine = before.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
        place.line = before.count { $0 == "\n" } + 1
        place.column = lastLine.unicodeScalars.count + 1
      }
      self.init(place, "this is not YAML: \(problem): remove the character")
    case .memory:
      self.init(SourcePosition(file: file), "values are nested too deep: make it flatter")
    default:
      self.init(SourcePosition(file: file), "this is not YAML: \(error)")
    }
  }

  private static func advice(_ problem: String) -> String {
    if problem.contains("cannot start any token") {
      return ": indent with spaces, and quote text that begins with a special character"
    }
    if problem.contains("another document") { return ": write one document a file" }
    return ""
  }
}
