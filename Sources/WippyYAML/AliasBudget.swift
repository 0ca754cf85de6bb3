/// How large a YAML text can become when its aliases are followed.
///
/// A few hundred bytes of nested anchors can stand for gigabytes, and the parser compares mapping keys with all that
/// they stand for. So the text is judged before it is parsed, by an upper bound: a node with an anchor ends before its
/// first alias.
package struct AliasBudget {
  /// The most that a file's aliases may stand for, in bytes of text.
  package static let limit = 16 << 20

  /// An upper bound of what all aliases of the text stand for, in bytes.
  package private(set) var aliasedSize = 0
  /// An upper bound of how many aliases can stand inside each other.
  package private(set) var chainLength = 0

  package var isExceeded: Bool { aliasedSize > Self.limit }

  private struct Anchor {
    /// Where its node starts, in bytes of the text with the aliases before it written out.
    var start: Int
    /// What one alias of it costs; `nil` until the first one.
    var cost: Int?
    /// An alias inside the node of a name that is given again still means the earlier node.
    var isRedefined: Bool
  }

  package init(_ bytes: [UInt8]) {
    var anchors: [ArraySlice<UInt8>: Anchor] = [:]
    var index = 0
    while index < bytes.count, !isExceeded {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), Self.mayStart(bytes, at: index) else {
        index += 1
        continue
      }
      var end = index + 1
      while end < bytes.count, Self.isNameByte(bytes[end]) { end += 1 }
      let name = bytes[(index + 1)..<end]
      let offset = Self.sum(index, aliasedSize)
      if byte == UInt8(ascii: "&") {
        anchors[name] = Anchor(start: offset, cost: nil, isRedefined: anchors[name] != nil)
      } else if var anchor = anchors[name] {
        if anchor.cost == nil { chainLength += 1 }
        let cost = anchor.isRedefined ? offset - anchor.start : anchor.cost ?? (offset - anchor.start)
        anchor.cost = cost
        anchors[name] = anchor
        aliasedSize = Self.sum(aliasedSize, cost)
      }
      index = end
    }
  }

  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? Int.max / 2 : min(sum, Int.max / 2)
  }

  private static func mayStart(_ bytes: [UInt8], at index: Int) -> Bool {
    guard index > 0 else { return true }
    switch bytes[index - 1] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "["),
      UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"):
      return true
    default:
      return bytes[index - 1] >= 0x80
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
