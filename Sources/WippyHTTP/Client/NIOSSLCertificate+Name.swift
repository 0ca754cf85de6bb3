import NIOSSL

extension NIOSSLCertificate {
  /// Whether it was issued for this name, by the rules of RFC 9525: a subject alternative name, where `*` is the whole
  /// first label. NIOSSL also takes one for the address that the name has led to, which whoever answers for the name can
  /// choose.
  func isFor(_ host: String) -> Bool {
    let wanted = Self.normal(Array(host.utf8))
    for name in _subjectAlternativeNames() where name.nameType == .dnsName {
      let given = Self.normal(Array(name.contents))
      if given == wanted { return true }
      guard given.starts(with: "*.".utf8), let dot = wanted.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { continue }
      if given.dropFirst().elementsEqual(wanted[dot...]) { return true }
    }
    return false
  }

  /// In lower case, without the dot at the end.
  private static func normal(_ name: [UInt8]) -> [UInt8] {
    var name = name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    if name.last == UInt8(ascii: ".") { name.removeLast() }
    return name
  }
}
