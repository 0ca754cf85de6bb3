import WippyCore

/// What a request for a file gets: conditions and ranges, decided without the file.
struct FileAnswer: Sendable {
  let head: HTTPResponseHead
  /// The bytes to send; `nil` where the response has none.
  let range: Range<UInt64>?

  init(_ request: HTTPRequestHead, _ version: FileVersion, type: String) {
    var fields = [
      HTTPField("etag", version.tag), HTTPField("last-modified", version.date), HTTPField("accept-ranges", "bytes"),
    ]
    if FileAnswer.isKnown(request, version) {
      head = HTTPResponseHead(status: 304, fields: fields)
      range = nil
      return
    }
    fields.append(HTTPField("content-type", type))
    switch FileAnswer.asked(request, version) {
    case .whole:
      fields.append(HTTPField("content-length", "\(version.size)"))
      head = HTTPResponseHead(status: 200, fields: fields)
      range = 0..<version.size
    case .part(let part):
      fields.append(HTTPField("content-length", "\(part.count)"))
      fields.append(HTTPField("content-range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(version.size)"))
      head = HTTPResponseHead(status: 206, fields: fields)
      range = part
    case .none:
      fields = [HTTPField("content-range", "bytes */\(version.size)"), HTTPField("accept-ranges", "bytes")]
      head = HTTPResponseHead(status: 416, fields: fields)
      range = nil
    }
  }

  private enum Asked {
    case whole
    case part(Range<UInt64>)
    /// Nothing of the file.
    case none
  }

  /// Whether the client has this version already.
  private static func isKnown(_ request: HTTPRequestHead, _ version: FileVersion) -> Bool {
    if let tags = request.fields.first(named: "if-none-match")?.text {
      return tags.split(separator: ",").contains { item in
        let tag = item.drop { $0 == " " }
        return tag == "*" || tag == version.tag || tag == "W/\(version.tag)"
      }
    }
    return request.fields.first(named: "if-modified-since")?.text == version.date
  }

  private static func asked(_ request: HTTPRequestHead, _ version: FileVersion) -> Asked {
    guard let text = request.fields.first(named: "range")?.text, text.hasPrefix("bytes=") else { return .whole }
    if let condition = request.fields.first(named: "if-range")?.text,
      condition != version.tag, condition != version.date
    {
      return .whole
    }
    let item = text.dropFirst(6)
    // Several ranges are answered with the whole file, as a server may.
    guard !item.contains(",") else { return .whole }
    let parts = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return .whole }
    switch (number(parts[0]), number(parts[1])) {
    case (let first?, let last?):
      guard first <= last else { return .whole }
      guard first < version.size else { return .none }
      return .part(first..<min(last, version.size - 1) + 1)
    case (let first?, nil) where parts[1].isEmpty:
      return first < version.size ? .part(first..<version.size) : .none
    case (nil, let count?) where parts[0].isEmpty:
      guard count > 0, version.size > 0 else { return .none }
      return .part(version.size - min(count, version.size)..<version.size)
    default: return .whole
    }
  }

  private static func number(_ text: Substring) -> UInt64? {
    text.utf8.allSatisfy { (48...57).contains($0) } ? UInt64(text) : nil
  }
}
