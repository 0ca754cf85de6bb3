/// Replaces `${env:NAME}` and `${env:NAME|default}` in a text; `$${env:` stands for `${env:` itself.
struct EnvironmentSubstitution {
  let environment: [String: String]

  /// The text with every variable replaced; `nil` when it has none.
  func replace(in text: String) -> Result<String?, SubstitutionProblem> {
    guard text.utf8.contains(UInt8(ascii: "$")), text.contains("${env:") else { return .success(nil) }
    var output = ""
    var rest = Substring(text)
    while let marker = rest.firstRange(of: "${env:") {
      let before = rest[..<marker.lowerBound]
      rest = rest[marker.upperBound...]
      if before.hasSuffix("$") {
        output += before.dropLast()
        output += "${env:"
        continue
      }
      output += before
      guard let end = rest.firstIndex(of: "}") else {
        return .failure(
          SubstitutionProblem(message: "`${env:` has no `}`: write `${env:NAME}` or `${env:NAME|default}`"))
      }
      let parts = rest[..<end].split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      rest = rest[rest.index(after: end)...]
      let name = parts.first ?? ""
      guard TextFormat.variableName.problem(String(name)) == nil else {
        return .failure(
          SubstitutionProblem(
            message: "\"\(shortened(String(name)))\" is no variable name: write `${env:NAME}` with letters, "
              + "digits and `_`"))
      }
      if let value = environment[String(name)] {
        output += value
      } else if parts.count == 2 {
        output += parts[1]
      } else {
        return .failure(
          SubstitutionProblem(
            message: "the environment has no variable `\(name)`: set it, or write `${env:\(name)|default}`"))
      }
    }
    output += rest
    return .success(output)
  }
}

struct SubstitutionProblem: Error {
  let message: String
}
