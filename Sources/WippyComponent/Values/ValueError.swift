/// Why a value does not fit a WIT type, and where in it.
///
/// `argument 1 (users): [2].tags[0]: expected string, got boolean`
package struct ValueError: Error, Hashable, Sendable {
  /// The argument that the value belongs to, where it is one.
  package struct Argument: Hashable, Sendable {
    /// Counted from 1.
    package var number: Int
    package var name: String
  }

  package enum Reason: Hashable, Sendable {
    /// Another kind of value.
    case mismatch(expected: String, got: String)
    /// A number that the type cannot hold.
    case outOfRange(number: String, type: String, bounds: String)
    /// Bytes where text was expected.
    case notUTF8
    /// Not the standard base64 alphabet with padding.
    case notBase64
    /// A tuple of another length.
    case length(expected: Int, got: Int)
    case missingField(String)
    case unknownField(String, nearest: String?, known: [String])
    case duplicateField(String)
    /// A name that is none of the type's cases (of a variant, enum or flags).
    case unknownCase(String, nearest: String?, known: [String])
    case missingPayload(String)
    case unexpectedPayload(String)
    case argumentCount(expected: ClosedRange<Int>, got: Int, signature: String)
    /// Text of the command line that is neither of the two notations.
    case unreadable(type: String, wave: String, json: String)
    /// A value that the notation has no form for (resource handles).
    case unwritable(type: String, notation: String)
  }

  package var argument: Argument?
  package var path: ValuePath
  package var reason: Reason

  init(_ reason: Reason, path: ValuePath = ValuePath(), argument: Argument? = nil) {
    self.reason = reason
    self.path = path
    self.argument = argument
  }

  /// The same error, seen from one level further out.
  func inside(_ element: ValuePath.Element) -> ValueError {
    var error = self
    error.path.prepend(element)
    return error
  }

  func inside(_ path: ValuePath) -> ValueError {
    var error = self
    error.path.prepend(path)
    return error
  }

  func inArgument(_ number: Int, _ name: String) -> ValueError {
    var error = self
    error.argument = Argument(number: number, name: name)
    return error
  }

  /// A name from a small fixed set, for metrics.
  package var label: String {
    switch reason {
    case .mismatch: "mismatch"
    case .outOfRange: "out-of-range"
    case .notUTF8: "not-utf8"
    case .notBase64: "not-base64"
    case .length: "length"
    case .missingField: "missing-field"
    case .unknownField: "unknown-field"
    case .duplicateField: "duplicate-field"
    case .unknownCase: "unknown-case"
    case .missingPayload: "missing-payload"
    case .unexpectedPayload: "unexpected-payload"
    case .argumentCount: "argument-count"
    case .unreadable: "unreadable"
    case .unwritable: "unwritable"
    }
  }
}

extension ValueError: CustomStringConvertible {
  package var description: String {
    var text = ""
    if let argument { text += "argument \(argument.number) (\(argument.name)): " }
    if !path.isEmpty { text += "\(path): " }
    return text + "\(reason)"
  }
}

extension ValueError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .mismatch(let expected, let got): "expected \(expected), got \(got)"
    case .outOfRange(let number, let type, let bounds): "\(number) is out of range for \(type) (\(bounds))"
    case .notUTF8: "expected string, got bytes that are not UTF-8"
    case .notBase64: "the text of base64 is not valid base64 (A-Z a-z 0-9 + /, padded with =)"
    case .length(let expected, let got): "expected \(counted(expected, "value")), got \(got)"
    case .missingField(let name): "missing field \"\(name)\""
    case .unknownField(let name, let nearest, let known):
      "unknown field \"\(name)\"\(hint(nearest, known, "fields"))"
    case .duplicateField(let name): "field \"\(name)\" is given twice"
    case .unknownCase(let name, let nearest, let known):
      "unknown case \"\(name)\"\(hint(nearest, known, "cases"))"
    case .missingPayload(let name): "case \"\(name)\" needs a payload"
    case .unexpectedPayload(let name): "case \"\(name)\" has no payload: write its name alone"
    case .argumentCount(let expected, let got, let signature):
      "expected \(count(of: expected)), got \(got): \(signature)"
    case .unreadable(let type, let wave, let json):
      "expected \(type), as WAVE or JSON; as WAVE: \(wave); as JSON: \(json)"
    case .unwritable(let type, let notation): "a \(type) cannot be written as \(notation)"
    }
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  private func count(of range: ClosedRange<Int>) -> String {
    if range.lowerBound == range.upperBound { return counted(range.lowerBound, "argument") }
    if range.upperBound == Int.max { return "at least \(counted(range.lowerBound, "argument"))" }
    return "\(range.lowerBound) to \(counted(range.upperBound, "argument"))"
  }

  private func hint(_ nearest: String?, _ known: [String], _ noun: String) -> String {
    if let nearest { return "; did you mean \"\(nearest)\"?" }
    if known.isEmpty { return "; there are no \(noun)" }
    let shown = known.prefix(12).joined(separator: ", ")
    return "; the \(noun) are \(shown)\(known.count > 12 ? ", ..." : "")"
  }
}
