/// The text of an `env.storage.file`: lines `KEY=VALUE`, comments, and values in quotes.
struct VariableFile {
  private var lines: [String]

  init(_ text: String) {
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
  }

  var values: [String: String] {
    var values: [String: String] = [:]
    for line in lines {
      if let (key, value) = Self.assignment(line) { values[key] = value }
    }
    return values
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  /// Replaces the variable's last line, or adds one.
  mutating func set(_ value: String, for name: String) {
    let line = "\(name)=\(Self.quoted(value))"
    if let index = lines.lastIndex(where: { Self.assignment($0)?.key == name }) {
      lines[index] = line
    } else {
      lines.append(line)
    }
  }

  private static func assignment(_ line: String) -> (key: String, value: String)? {
    var rest = Substring(line).trimmed
    if rest.hasPrefix("export ") { rest = rest.dropFirst(7).trimmed }
    guard !rest.hasPrefix("#"), let equals = rest.firstIndex(of: "=") else { return nil }
    let key = rest[..<equals].trimmed
    guard !key.isEmpty else { return nil }
    return (String(key), unquoted(rest[rest.index(after: equals)...].trimmed))
  }

  private static func unquoted(_ text: Substring) -> String {
    if text.first == "'", let end = text.dropFirst().firstIndex(of: "'") {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    guard text.first == "\"" else {
      // A comment after a value needs a space before it, so that colours and fragments survive.
      return text.firstRange(of: " #").map { String(text[..<$0.lowerBound].trimmed) } ?? String(text)
    }
    var value = ""
    var isEscaped = false
    for character in text.dropFirst() {
      if isEscaped {
        switch character {
        case "n": value.append("\n")
        case "r": value.append("\r")
        case "t": value.append("\t")
        default: value.append(character)
        }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        value.append(character)
      }
    }
    return value
  }

  private static func quoted(_ value: String) -> String {
    var quoted = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\\", "\"":
        quoted += "\\"
        quoted.unicodeScalars.append(scalar)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension Substring {
  /// Without spaces and tabs at both ends.
  fileprivate var trimmed: Substring {
    var text = self
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }
}
