/// The parts of an `http` or `https` URL, and the encoding of what stands in one.
package struct URLText: Sendable, Hashable {
  package var scheme: String
  package var authority: String
  /// Path and query, at least `/`.
  package var target: String
  /// `name:password`, from before the authority.
  package var credentials: String?

  /// `nil` for what is no absolute URL of HTTP.
  package init?(_ text: String) {
    guard let end = text.range(of: "://") else { return nil }
    scheme = text[..<end.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[end.upperBound...].prefix { $0 != "#" }
    let place = rest.prefix { $0 != "/" && $0 != "?" }
    var host = place
    if let at = place.lastIndex(of: "@") {
      credentials = String(place[..<at])
      host = place[place.index(after: at)...]
    }
    guard HTTPAuthority(String(host)) != nil else { return nil }
    authority = String(host)
    let path = rest[place.endIndex...]
    target = path.isEmpty ? "/" : path.hasPrefix("?") ? "/\(path)" : String(path)
    guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
  }

  /// Where `reference`, from a `location` field, leads to from here.
  package func resolving(_ reference: String) -> URLText? {
    if reference.hasPrefix("//") { return URLText("\(scheme):\(reference)") }
    if reference.range(of: "://") != nil { return URLText(reference) }
    let path = reference.prefix { $0 != "#" }
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    var result = self
    if path.hasPrefix("/") {
      result.target = String(path)
    } else if path.hasPrefix("?") {
      result.target = String(target.prefix { $0 != "?" }) + String(path)
    } else {
      let base = target.prefix { $0 != "?" }
      let directory = base.lastIndex(of: "/").map { base[...$0] } ?? "/"
      result.target = String(directory) + String(path)
    }
    return result
  }

  package var text: String { "\(scheme)://\(authority)\(target)" }

  /// As the value of a query or form: a space is `+`.
  package static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: " "): result += "+"
      default:
        result += "%"
        result.unicodeScalars.append(Unicode.Scalar(digits[Int(byte >> 4)]))
        result.unicodeScalars.append(Unicode.Scalar(digits[Int(byte & 15)]))
      }
    }
    return result
  }

  /// `nil` where an escape is broken, or the text is not UTF-8.
  ///
  /// - Parameter plusIsSpace: As in queries and forms, not in paths.
  package static func decoded(_ text: Substring, plusIsSpace: Bool = true) -> String? {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }) else {
      return String(text)
    }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit else {
          return nil
        }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Names and values of a query or form, in their order; what is broken is left out.
  package static func pairs(_ query: Substring) -> [(name: String, value: String)] {
    query.split(separator: "&").compactMap { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = parts.first, let name = decoded(first) else { return nil }
      guard let value = parts.count > 1 ? decoded(parts[1]) : "" else { return nil }
      return (name, value)
    }
  }

  private static let digits = Array("0123456789ABCDEF".utf8)
}

extension String {
  /// The first place of `text`.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
