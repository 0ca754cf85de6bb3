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

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "error while executing at wasm backtrace:" else {
      cause = TrapReport.innermostCause(of: lines[...])
      frames = []
      return
    }
    let heading = lines.lastIndex(of: "Caused by:")
    cause = heading.map { TrapReport.innermostCause(of: lines[($0 + 1)...]) } ?? ""
    frames = TrapReport.frames(of: lines[1..<(heading ?? lines.endIndex)])
  }

  /// The text itself where nothing is nested; the last of the numbered causes where there are several.
  private static func innermostCause(of lines: ArraySlice<Substring>) -> String {
    var lines = lines
    if let heading = lines.lastIndex(of: "Caused by:") { lines = lines[(heading + 1)...] }
    let numbered = lines.lastIndex { TrapReport.numbered($0) != nil }
    if let numbered, let first = TrapReport.numbered(lines[numbered]) {
      lines = [first.rest] + lines[(numbered + 1)...]
    }
    let cause = lines.map { String($0.trimmingSpaces()) }.joined(separator: "\n").trimmingSpaces()
    return String(cause.hasPrefix("wasm trap: ") ? cause.dropFirst("wasm trap: ".count) : cause)
  }

  private static func frames(of lines: ArraySlice<Substring>) -> [Frame] {
    var frames: [Frame] = []
    for line in lines {
      let text = line.trimmingSpaces()
      if let (number, rest) = numbered(line), number == frames.count {
        let parts = rest.splitOnce(" - ")
        let offset = parts.flatMap { $0.0.hasPrefix("0x") ? UInt64($0.0.dropFirst(2), radix: 16) : nil }
        let name = offset == nil ? rest : parts?.1 ?? rest
        frames.append(Frame(offset: offset, functions: [Function(name: functionName(name))]))
      } else if text.hasPrefix("at "), let last = frames.indices.last {
        let function = frames[last].functions.endIndex - 1
        frames[last].functions[function].source = lineOfSource(text.dropFirst(3))
      } else if text.hasPrefix("- "), let last = frames.indices.last {
        frames[last].functions.append(Function(name: functionName(text.dropFirst(2))))
      }
    }
    return frames
  }

  /// `  12: rest`
  private static func numbered(_ line: Substring) -> (number: Int, rest: Substring)? {
    guard let (digits, rest) = line.trimmingSpaces().splitOnce(":"), let number = Int(digits) else { return nil }
    return (number, rest.trimmingSpaces())
  }

  private static func functionName(_ text: Substring) -> String? {
    text.isEmpty || text.hasPrefix("<unknown>!<wasm function ") || text.hasPrefix("<wasm function ")
      ? nil : String(text)
  }

  /// `file:line:column` without its column.
  private static func lineOfSource(_ text: Substring) -> String {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3, Int(parts[parts.count - 1]) != nil, Int(parts[parts.count - 2]) != nil else {
      return String(text)
    }
    return parts.dropLast().joined(separator: ":")
  }
}

extension StringProtocol where SubSequence == Substring {
  fileprivate func trimmingSpaces() -> Substring {
    let start = drop { $0 == " " || $0 == "\n" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\n" }) else { return "" }
    return start[...last]
  }

  fileprivate func splitOnce(_ separator: String) -> (Substring, Substring)? {
    var index = startIndex
    while index < endIndex {
      let rest = self[index...]
      if rest.hasPrefix(separator) {
        return (self[..<index], rest.dropFirst(separator.count))
      }
      index = self.index(after: index)
    }
    return nil
  }
}
