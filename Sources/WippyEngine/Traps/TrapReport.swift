/// The engine's text about a trap or an error, taken apart: what happened, and the backtrace with source lines.
///
/// The text is the only place where the engine tells source lines. It quotes names out of the guest's binary, so
/// nothing in it is trusted beyond being shown.
struct TrapReport: Equatable {
  /// One function in the backtrace; several share a physical frame when the compiler inlined.
  struct Function: Equatable {
    var name: String?
    var source: String?
  }

  /// One physical frame.
  struct Frame: Equatable {
    /// Bytes from the start of the module; `nil` where the engine does not know.
    var offset: UInt64?
    /// Innermost first, never empty.
    var functions: [Function]
  }

  var cause: String
  var frames: [Frame]

  /// Works on bytes, because a supervisor waits for it: characters are ten times slower.
  init(_ text: String) {
    let lines = Array(text.utf8).split(separator: Byte.newline, omittingEmptySubsequences: false)
    guard lines.first?.elementsEqual(TrapReport.heading) == true else {
      cause = TrapReport.innermostCause(of: lines[...])
      frames = []
      return
    }
    let heading = lines.lastIndex { $0.elementsEqual(TrapReport.causes) }
    cause = heading.map { TrapReport.innermostCause(of: lines[($0 + 1)...]) } ?? ""
    frames = TrapReport.frames(of: lines[1..<(heading ?? lines.endIndex)])
  }

  private typealias Text = ArraySlice<UInt8>

  private enum Byte {
    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
  }

  private static let heading = Array("error while executing at wasm backtrace:".utf8)
  private static let causes = Array("Caused by:".utf8)
  private static let trapMark = Array("wasm trap: ".utf8)
  private static let placeMark = Array("at ".utf8)
  private static let inlineMark = Array("- ".utf8)
  private static let nameMark = Array(" - ".utf8)
  private static let hexadecimalMark = Array("0x".utf8)
  private static let namelessMarks = [Array("<unknown>!<wasm function ".utf8), Array("<wasm function ".utf8)]

  /// The text itself where nothing is nested; the last of the numbered causes where there are several.
  private static func innermostCause(of lines: ArraySlice<Text>) -> String {
    var lines = lines
    if let heading = lines.lastIndex(where: { $0.elementsEqual(causes) }) { lines = lines[(heading + 1)...] }
    let numbered = lines.lastIndex { TrapReport.numbered($0) != nil }
    if let numbered, let first = TrapReport.numbered(lines[numbered]) {
      lines = [first.rest] + lines[(numbered + 1)...]
    }
    let cause = trimmed(Array(lines.map { trimmed($0) }.joined(separator: [Byte.newline]))[...])
    return string(cause.starts(with: trapMark) ? cause.dropFirst(trapMark.count) : cause)
  }

  private static func frames(of lines: ArraySlice<Text>) -> [Frame] {
    var frames: [Frame] = []
    for line in lines {
      let text = trimmed(line)
      if let (number, rest) = numbered(text), number == frames.count {
        let (offset, name) = offsetAndName(rest)
        frames.append(Frame(offset: offset, functions: [Function(name: functionName(name))]))
      } else if text.starts(with: placeMark), let last = frames.indices.last {
        let function = frames[last].functions.endIndex - 1
        frames[last].functions[function].source = lineOfSource(text.dropFirst(placeMark.count))
      } else if text.starts(with: inlineMark), let last = frames.indices.last {
        frames[last].functions.append(Function(name: functionName(text.dropFirst(inlineMark.count))))
      }
    }
    return frames
  }

  /// `  12: rest`
  private static func numbered(_ line: Text) -> (number: Int, rest: Text)? {
    let text = trimmed(line)
    guard let colon = text.firstIndex(of: Byte.colon), let number = number(text[..<colon], radix: 10),
      let number = Int(exactly: number)
    else { return nil }
    return (number, trimmed(text[(colon + 1)...]))
  }

  /// `0x1a - rest`; all of it is the name where the engine knows no offset.
  private static func offsetAndName(_ text: Text) -> (offset: UInt64?, name: Text) {
    guard text.starts(with: hexadecimalMark) else { return (nil, text) }
    let digits = text.dropFirst(hexadecimalMark.count)
    let end = digits.firstIndex(of: Byte.space) ?? digits.endIndex
    guard digits[end...].starts(with: nameMark), let offset = number(digits[..<end], radix: 16) else {
      return (nil, text)
    }
    return (offset, digits[end...].dropFirst(nameMark.count))
  }

  private static func functionName(_ text: Text) -> String? {
    text.isEmpty || namelessMarks.contains { text.starts(with: $0) } ? nil : string(text)
  }

  /// `file:line:column` without its column.
  private static func lineOfSource(_ text: Text) -> String {
    guard let last = text.lastIndex(of: Byte.colon), let first = text[..<last].lastIndex(of: Byte.colon),
      number(text[(last + 1)...], radix: 10) != nil, number(text[(first + 1)..<last], radix: 10) != nil
    else { return string(text) }
    return string(text[..<last])
  }

  // MARK: Bytes

  private static func trimmed(_ text: Text) -> Text {
    func isSpace(_ byte: UInt8) -> Bool { byte == Byte.space || byte == Byte.newline }
    var text = text
    while let first = text.first, isSpace(first) { text.removeFirst() }
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
  }

  private static func number(_ digits: Text, radix: Int) -> UInt64? { UInt64(string(digits), radix: radix) }

  private static func string(_ text: Text) -> String { String(decoding: text, as: UTF8.self) }
}
