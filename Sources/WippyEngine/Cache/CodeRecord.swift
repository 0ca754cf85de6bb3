import WippyCore

/// What the cache knows about a file of compiled code. Lies beside it, because the engine wants that file to hold
/// nothing but its code.
struct CodeRecord: Equatable {
  var key: CodeKey
  /// The digest of the compiled code.
  var digest: ContentDigest
  /// The file as it was when its digest was last seen to be right.
  var identity: FileIdentity

  init(key: CodeKey, digest: ContentDigest, identity: FileIdentity) {
    self.key = key
    self.digest = digest
    self.identity = identity
  }

  private static let magic = "wippy-code 1"

  /// Parses a record of `key`; `nil` for anything else.
  init?(text: String, key: CodeKey) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, lines[0] == CodeRecord.magic, lines[1] == key.digest.hex,
      let digest = ContentDigest(hex: lines[2]), let identity = FileIdentity(text: lines[3]), lines[4].isEmpty
    else { return nil }
    self.init(key: key, digest: digest, identity: identity)
  }

  /// What a record says that it is the record of.
  static func keyDigest(in text: String) -> ContentDigest? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.count == 5 && lines[0] == magic ? ContentDigest(hex: lines[1]) : nil
  }

  var text: String { "\(CodeRecord.magic)\n\(key.digest.hex)\n\(digest.hex)\n\(identity.text)\n" }

  /// More than any record has.
  static let sizeLimit = 1024
}
