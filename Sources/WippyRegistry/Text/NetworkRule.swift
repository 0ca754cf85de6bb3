import Glibc

/// One item of `network.allow`: where a guest may connect, or listen.
package struct NetworkRule: Sendable, Hashable, CustomStringConvertible {
  package enum Place: Sendable, Hashable {
    /// `*`
    case any
    /// `*.example.com`: every name that ends with this suffix, given as `.example.com`.
    case subdomains(of: String)
    /// A name, in lower case.
    case name(String)
    /// A network, in its text form, with the bits of its prefix; a single address has all of them.
    case network(String, prefix: Int)
  }

  /// `listen:` stands before it.
  package let isListening: Bool
  package let place: Place
  package let port: UInt16
  package let description: String

  /// Parses `host:port`, `cidr:port`, `*.domain:port`, `*:443`, `listen:8080`. IPv6 stands in brackets.
  package init?(_ text: String) {
    description = text
    var rest = Substring(text)
    isListening = rest.hasPrefix("listen:")
    if isListening { rest = rest.dropFirst(7) }
    guard let colon = rest.lastIndex(of: ":") else {
      guard isListening, let port = Self.port(rest) else { return nil }
      self.port = port
      place = .any
      return
    }
    guard let port = Self.port(rest[rest.index(after: colon)...]), let place = Self.place(rest[..<colon])
    else {
      return nil
    }
    self.port = port
    self.place = place
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return UInt16(text).flatMap { $0 == 0 ? nil : $0 }
  }

  private static func place(_ text: Substring) -> Place? {
    if text == "*" { return .any }
    if text.hasPrefix("*.") {
      let suffix = text.dropFirst()
      return isName(suffix.dropFirst()) ? .subdomains(of: suffix.lowercased()) : nil
    }
    var body = text
    let isBracketed = body.hasPrefix("[") && body.hasSuffix("]") && body.count > 2
    if isBracketed { body = body.dropFirst().dropLast() }
    let parts = body.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = String(parts[0])
    let bits = isAddress(address, AF_INET) ? 32 : isBracketed && isAddress(address, AF_INET6) ? 128 : 0
    if bits > 0 {
      guard parts.count == 2 else { return .network(address, prefix: bits) }
      guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let prefix = Int(parts[1]), prefix <= bits
      else {
        return nil
      }
      return .network(address, prefix: prefix)
    }
    return parts.count == 1 && !isBracketed && isName(body) ? .name(body.lowercased()) : nil
  }

  private static func isName(_ text: Substring) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.utf8.count <= 63
        && label.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
    }
  }

  private static func isAddress(_ text: String, _ family: Int32) -> Bool {
    var storage = in6_addr()
    return inet_pton(family, text, &storage) == 1
  }
}
