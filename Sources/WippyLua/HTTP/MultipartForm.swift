import Glibc
import WippyCore

/// A form as `multipart/form-data` has it. Sources: RFC 7578 and RFC 2046.
struct MultipartForm: Sendable {
  struct Part: Sendable {
    var name: String
    /// `nil` for what is no file.
    var filename: String?
    var fields: [HTTPField]
    /// Where its content lies in the body.
    var content: Range<Int>
  }

  struct Problem: Error {
    let message: String

    init(_ message: String) {
      self.message = message
    }
  }

  private static let mostParts = 1000
  private static let mostHeaderBytes = 16 << 10
  /// RFC 2046 allows 70; some senders take more.
  private static let longestBoundary = 200

  let parts: [Part]

  init(_ body: [UInt8], contentType: String?) throws(Problem) {
    guard let contentType, let boundary = Self.boundary(of: contentType) else {
      throw Problem("the request has no content type `multipart/form-data` with a boundary")
    }
    let delimiter = Array("\r\n--\(boundary)".utf8)
    var parts: [Part] = []
    // The first delimiter may stand at the very beginning.
    var place: Int
    if body.starts(with: delimiter.dropFirst(2)) {
      place = delimiter.count - 2
    } else if let first = Self.find(delimiter, in: body, from: 0) {
      place = first + delimiter.count
    } else {
      throw Problem("the body has no part: it does not begin with the boundary of its content type")
    }
    while true {
      if body[place...].starts(with: "--".utf8) { break }
      guard parts.count < Self.mostParts else { throw Problem("the form has more than \(Self.mostParts) parts") }
      let start = try Self.lineEnd(in: body, after: place)
      let (fields, content) = try Self.header(of: body, at: start)
      // A part without content: the delimiter's line break is that of its header.
      guard let end = Self.find(delimiter, in: body, from: content - 2) else {
        throw Problem("part \(parts.count + 1) of the form has no end")
      }
      parts.append(try Self.part(fields, content..<max(content, end), parts.count + 1))
      place = end + delimiter.count
    }
    self.parts = parts
  }

  // MARK: The header of a part

  /// The end of a delimiter's line, where spaces may stand.
  private static func lineEnd(in body: [UInt8], after place: Int) throws(Problem) -> Int {
    var place = place
    while place < body.count, body[place] == 0x20 || body[place] == 0x09 { place += 1 }
    guard body[place...].starts(with: "\r\n".utf8) else { throw Problem("the body ends in the middle of the form") }
    return place + 2
  }

  private static func header(of body: [UInt8], at start: Int) throws(Problem) -> ([HTTPField], content: Int) {
    if body[start...].starts(with: "\r\n".utf8) { return ([], start + 2) }
    let limit = min(body.count, start + mostHeaderBytes)
    guard let end = find(Array("\r\n\r\n".utf8), in: body, from: start, to: limit) else {
      throw Problem("the header of a part has no end, or more than \(mostHeaderBytes) bytes")
    }
    var fields: [HTTPField] = []
    for line in body[start..<end].split(whereSeparator: { $0 == 0x0d || $0 == 0x0a }) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        throw Problem("a part has a field without a colon")
      }
      let name = String(decoding: line[..<colon], as: UTF8.self)
      fields.append(HTTPField(name, trimmed(String(decoding: line[(colon + 1)...], as: UTF8.self)[...])))
    }
    return (fields, end + 4)
  }

  private static func part(_ fields: [HTTPField], _ content: Range<Int>, _ number: Int) throws(Problem) -> Part {
    let disposition = fields.first(named: "content-disposition")?.text ?? ""
    let parameters = parameters(of: disposition)
    guard let name = parameters.first(where: { $0.name == "name" })?.value else {
      throw Problem("part \(number) of the form has no name")
    }
    let filename = parameters.first { $0.name == "filename" }?.value
    // Some senders tell their whole path.
    let last = filename.map { text in text.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? "" }
    return Part(name: unescaped(name), filename: last.map(unescaped), fields: fields, content: content)
  }

  // MARK: Texts

  private static func boundary(of contentType: String) -> String? {
    let media = contentType.prefix { $0 != ";" }
    guard trimmed(media).lowercased() == "multipart/form-data",
      let text = parameters(of: contentType).first(where: { $0.name == "boundary" })?.value,
      (1...longestBoundary).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f })
    else { return nil }
    return text
  }

  /// What stands behind the first semicolon: `name=value` or `name="value"`.
  static func parameters(of text: String) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    var rest = text.drop { $0 != ";" }
    while rest.first == ";" {
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      let name = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest[name.endIndex...]
      guard rest.first == "=" else { continue }
      rest = rest.dropFirst()
      var value = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let next = rest.popFirst(), next != "\"" {
          // Browsers of old send a path of Windows unescaped.
          if next == "\\", rest.first == "\"" {
            rest = rest.dropFirst()
            value.append("\"")
          } else {
            value.append(next)
          }
        }
        rest = rest.drop { $0 != ";" }
      } else {
        let token = rest.prefix { $0 != ";" }
        value = trimmed(token)
        rest = rest[token.endIndex...]
      }
      result.append((trimmed(name).lowercased(), value))
    }
    return result
  }

  /// Without what browsers escape.
  private static func unescaped(_ text: String) -> String {
    text.contains("%")
      ? text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n") : text
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }

  // MARK: Search

  /// The first place of `pattern` that begins at `start` or later, and ends before `end`.
  private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int, to end: Int? = nil) -> Int? {
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress, let first = pattern.first else { return nil }
      let last = (end ?? all.count) - pattern.count
      var place = start
      while place <= last, let found = memchr(base + place, Int32(first), last - place + 1) {
        place = base.distance(to: UnsafeRawPointer(found))
        if memcmp(base + place, pattern, pattern.count) == 0 { return place }
        place += 1
      }
      return nil
    }
  }
}
