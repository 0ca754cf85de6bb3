/// The name of an import or export, taken apart.
///
/// Source: component-model, design/mvp/Explainer.md, "Import and Export Definitions".
package enum ExternName: Hashable, Sendable {
  case label(String)
  case constructor(resource: String)
  case method(resource: String, name: String)
  case staticFunction(resource: String, name: String)
  /// `namespace:package/interface@version`.
  case interface(package: String, name: String, version: String?)
  /// A reference to another component, whole; see `DependencyName`.
  case dependency(String)

  /// `nil` when the text has none of these forms.
  package init?(_ text: String) {
    if let resource = Self.rest(of: text, after: "[constructor]") {
      guard Self.isLabel(resource) else { return nil }
      self = .constructor(resource: resource)
    } else if let member = Self.rest(of: text, after: "[method]") {
      guard let (resource, name) = Self.member(member) else { return nil }
      self = .method(resource: resource, name: name)
    } else if let member = Self.rest(of: text, after: "[static]") {
      guard let (resource, name) = Self.member(member) else { return nil }
      self = .staticFunction(resource: resource, name: name)
    } else if text.utf8.contains(UInt8(ascii: "=")) {
      guard DependencyName.isValid(text) else { return nil }
      self = .dependency(text)
    } else if text.utf8.contains(UInt8(ascii: ":")) {
      guard let interface = Self.interface(text) else { return nil }
      self = interface
    } else {
      guard Self.isLabel(text) else { return nil }
      self = .label(text)
    }
  }

  /// Two names of one scope clash when their keys are equal (the specification's "strongly-unique").
  package var uniquenessKey: String {
    switch self {
    case .label(let label): label.lowercased()
    case .constructor(let resource): "[constructor]\(resource.lowercased())"
    case .method(let resource, let name), .staticFunction(let resource, let name):
      resource.lowercased() == name.lowercased()
        ? name.lowercased() : "\(resource.lowercased()).\(name.lowercased())"
    case .interface(let package, let name, let version):
      "\(package)/\(name)".lowercased() + (version.map { "@\($0)" } ?? "")
    case .dependency(let text): text
    }
  }

  static func isInterface(_ text: String) -> Bool {
    guard case .interface = ExternName(text) else { return false }
    return true
  }

  /// Whether `suffix` makes the shortened version at the end of the name `text` a semantic version.
  static func isCompletedVersion(of text: String, by suffix: String) -> Bool {
    guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else { return false }
    let version = String(text[text.utf8.index(after: at)...])
    return isCanonicalVersion(version) && SemanticVersion.isValid(version + suffix)
  }

  // MARK: Labels

  /// Words of lower-case or acronyms of upper-case letters and digits, joined by `-`; the first starts with
  /// a letter.
  static func isLabel(_ text: some StringProtocol) -> Bool {
    isKebab(text, allowsAcronyms: true)
  }

  /// A namespace or a package's name: words of lower-case letters and digits.
  static func isPackagePart(_ text: some StringProtocol) -> Bool {
    isKebab(text, allowsAcronyms: false)
  }

  private static func isKebab(_ text: some StringProtocol, allowsAcronyms: Bool) -> Bool {
    var isFirst = true
    for word in text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false) {
      guard let first = word.first else { return false }
      if isFirst, isDigit(first) { return false }
      isFirst = false
      let isWord = word.allSatisfy { isDigit($0) || isLower($0) }
      let isAcronym = allowsAcronyms && word.allSatisfy { isDigit($0) || isUpper($0) }
      guard isWord || isAcronym else { return false }
    }
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
  private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.utf8.starts(with: prefix.utf8) ? String(text.dropFirst(prefix.count)) : nil
  }

  private static func member(_ text: String) -> (String, String)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, isLabel(parts[0]), isLabel(parts[1]) else { return nil }
    return (String(parts[0]), String(parts[1]))
  }

  // MARK: Interface names

  private static func interface(_ text: String) -> ExternName? {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let version = halves.count == 2 ? String(halves[1]) : nil
    let path = halves[0].split(separator: "/", omittingEmptySubsequences: false)
    guard path.count == 2, isLabel(path[1]) else { return nil }
    let package = path[0].split(separator: ":", omittingEmptySubsequences: false)
    guard package.count == 2, package.allSatisfy({ isPackagePart($0) }) else { return nil }
    if let version, !SemanticVersion.isValid(version), !isCanonicalVersion(version) { return nil }
    return .interface(package: String(path[0]), name: String(path[1]), version: version)
  }

  /// A version that is cut after its first part that is not zero: `1`, `0.2`, `0.0.3`.
  private static func isCanonicalVersion(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), parts.allSatisfy(SemanticVersion.isNumber) else { return false }
    if text == "0.0.0" { return true }
    return parts.dropLast().allSatisfy { $0 == "0" } && parts.last != "0"
  }
}
