/// The names by which older components refer to other components: `unlocked-dep=<...>`, `locked-dep=<...>`,
/// `url=<...>`, `integrity=<...>`.
///
/// Nothing here resolves them; they are recognized so that a component that has them is not called malformed.
enum DependencyName {
  static func isValid(_ text: String) -> Bool {
    if let (query, rest) = content(of: text, "unlocked-dep") { return rest.isEmpty && isQuery(query) }
    if let (package, rest) = content(of: text, "locked-dep") {
      return isPackage(package, allowsVersion: true) && isIntegritySuffix(rest)
    }
    if let (address, rest) = content(of: text, "url") { return !address.contains("<") && isIntegritySuffix(rest) }
    return isIntegrity(text[...])
  }

  /// What stands in `kind=<...>`, and what follows it.
  private static func content(of text: some StringProtocol, _ kind: String) -> (Substring, Substring)? {
    let text = Substring(text)
    guard text.hasPrefix("\(kind)=<") else { return nil }
    let start = text.dropFirst(kind.count + 2)
    // A version range has brackets of its own, within braces.
    let searched = start.firstIndex(of: "}").map { $0..<start.endIndex } ?? start.startIndex..<start.endIndex
    guard let end = start[searched].firstIndex(of: ">") else { return nil }
    return (start[..<end], start[start.index(after: end)...])
  }

  private static func isIntegritySuffix(_ text: Substring) -> Bool {
    text.isEmpty || (text.hasPrefix(",") && isIntegrity(text.dropFirst()))
  }

  private static func isIntegrity(_ text: Substring) -> Bool {
    guard let (hashes, rest) = content(of: text, "integrity"), rest.isEmpty else { return false }
    let words = hashes.split(whereSeparator: \.isWhitespace)
    return !words.isEmpty
      && words.allSatisfy { word in
        let hash = word.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        guard let algorithm = ["sha256-", "sha384-", "sha512-"].first(where: { hash.hasPrefix($0) }) else {
          return false
        }
        return isBase64(hash.dropFirst(algorithm.count))
      }
  }

  private static func isBase64(_ text: Substring) -> Bool {
    let digits = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") }
    let padding = text.dropFirst(digits.count)
    return !digits.isEmpty && padding.count <= 2 && padding.allSatisfy { $0 == "=" }
  }

  private static func isQuery(_ text: Substring) -> Bool {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard isPackage(parts[0], allowsVersion: false) else { return false }
    guard parts.count == 2 else { return true }
    if parts[1] == "*" { return true }
    guard parts[1].hasPrefix("{"), parts[1].hasSuffix("}") else { return false }
    let bounds = parts[1].dropFirst().dropLast().split(separator: " ", omittingEmptySubsequences: false)
    switch bounds.count {
    case 1: return isBound(bounds[0], ">=") || isBound(bounds[0], "<")
    case 2: return isBound(bounds[0], ">=") && isBound(bounds[1], "<")
    default: return false
    }
  }

  private static func isBound(_ text: Substring, _ sign: String) -> Bool {
    text.hasPrefix(sign) && SemanticVersion.isValid(String(text.dropFirst(sign.count)))
  }

  private static func isPackage(_ text: Substring, allowsVersion: Bool) -> Bool {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard path.count == 2, path.allSatisfy({ ExternName.isPackagePart($0) }) else { return false }
    return parts.count == 1 || (allowsVersion && SemanticVersion.isValid(String(parts[1])))
  }
}
