/// The identity of a registry entry, `namespace:name`.
///
/// Both parts are identifiers of letters, digits, `_`, `-` and dots.
public struct EntryID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let namespace: String
  public let name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// Parses `namespace:name`, or `name` alone inside `defaultNamespace`.
  ///
  /// Returns `nil` when a part is empty or has a character that identifiers do not have, or when there is
  /// no namespace at all.
  public init?(_ text: some StringProtocol, in defaultNamespace: String? = nil) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let namespace: String
    let name: String
    if parts.count == 2 {
      namespace = String(parts[0])
      name = String(parts[1])
    } else {
      guard let defaultNamespace else { return nil }
      namespace = defaultNamespace
      name = String(text)
    }
    guard EntryID.isIdentifier(namespace), EntryID.isIdentifier(name) else { return nil }
    self.init(namespace: namespace, name: name)
  }

  public var description: String { "\(namespace):\(name)" }

  public static func < (left: EntryID, right: EntryID) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }

  /// Whether `text` may be one part of an id.
  public static func isIdentifier(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
