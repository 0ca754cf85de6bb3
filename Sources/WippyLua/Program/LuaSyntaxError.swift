/// Source that does not compile, and where.
package struct LuaSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  /// From 1.
  package var line: Int
  package var message: String

  package init(file: String, line: Int, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  /// Takes a report of Lua's apart: `file:line: message`.
  init(file: String, report: String) {
    self.init(file: file, line: 1, message: report)
    // Lua shortens long names, so that the line is looked for, not the name.
    var rest = Substring(report)
    while let colon = rest.firstIndex(of: ":") {
      let after = rest[rest.index(after: colon)...]
      let digits = after.prefix { $0.isASCII && $0.isNumber }
      let end = after[digits.endIndex...]
      if let line = Int(digits), end.hasPrefix(": ") {
        self.line = line
        message = String(end.dropFirst(2))
        return
      }
      rest = after
    }
  }

  package var description: String { "\(file):\(line): \(message)" }
}
