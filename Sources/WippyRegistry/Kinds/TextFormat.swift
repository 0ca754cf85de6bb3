import WippyCore

/// What a string field may say.
package enum TextFormat: Sendable, Hashable {
  /// Any text, also none.
  case any
  case nonEmpty
  /// `sha256:` and 64 hex digits.
  case digest
  /// An absolute path of the guest, without `..`.
  case guestPath
  /// A path inside a filesystem entry, without `..`.
  case innerPath
  /// The public name of an `env.variable`.
  case variableName
  /// The name of a variable in a guest's environment.
  case guestVariable
  case networkRule
  case importItem
  case commandName
  /// The path of a URL, beginning with a slash.
  case urlPath
  case octalMode

  /// What is wrong with `text`, and what to write instead; `nil` when nothing is.
  func problem(_ text: String) -> String? {
    let shown = "\"\(shortened(text))\""
    switch self {
    case .any: return nil
    case .nonEmpty: return text.isEmpty ? "the text is empty" : nil
    case .digest: return ContentDigest.problem(text)
    case .guestPath:
      guard text.hasPrefix("/") else { return "\(shown) is not absolute: write a path that begins with `/`" }
      return Self.leaves(text) ? "\(shown) has `..`: write the path without it" : nil
    case .innerPath:
      if text.isEmpty { return "the path is empty" }
      return Self.leaves(text) ? "\(shown) has `..`: write a path inside the filesystem" : nil
    case .variableName:
      return Self.matches(text, Self.isWordByte)
        ? nil : "\(shown) is no variable name: write letters, digits and `_`"
    case .guestVariable:
      return text.isEmpty || text.contains("=") || text.contains("\0")
        ? "\(shown) is no variable name: write a name without `=`" : nil
    case .networkRule:
      return NetworkRule(text) == nil
        ? "\(shown) is no address rule: write `host:port`, `10.0.0.0/8:port`, `*.domain:port`, `*:443`, "
          + "or `listen:port`" : nil
    case .importItem:
      if case .failure(let problem) = ImportGroups.grant(text) { return problem.message }
      return nil
    case .commandName: return Self.commandProblem(text)
    case .urlPath: return text.hasPrefix("/") ? nil : "\(shown) is no URL path: begin it with `/`"
    case .octalMode:
      return FileModeText.parse(text) == nil
        ? "\(shown) is no file mode: write octal digits such as `\"0755\"`" : nil
    }
  }

  /// The regular expression of the JSON Schema; `nil` for any text.
  var pattern: String? {
    switch self {
    case .any, .importItem: nil
    case .nonEmpty, .guestVariable, .innerPath: "^.+$"
    case .digest: "^sha256:[0-9A-Fa-f]{64}$"
    case .guestPath, .urlPath: "^/"
    case .variableName: "^[A-Za-z0-9_]+$"
    case .networkRule: ":[0-9]+$"
    case .commandName: "^[^\\s/-][^\\s/]*$"
    case .octalMode: "^(0o)?[0-7]{1,5}$"
    }
  }

  private static func leaves(_ path: String) -> Bool { path.split(separator: "/").contains("..") }

  private static func matches(_ text: String, _ allowed: (UInt8) -> Bool) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(allowed)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func commandProblem(_ text: String) -> String? {
    if text == "list" {
      return "a command cannot be called `list`, which lists the commands: choose another name"
    }
    let isWord = !text.isEmpty && !text.hasPrefix("-") && !text.contains { $0.isWhitespace || $0 == "/" }
    guard isWord, !text.hasSuffix(".wasm"), !text.hasSuffix(".wat") else {
      return
        "\"\(shortened(text))\" is no command name: write one word without `/` and without `-` at its start, "
        + "which does not end in `.wasm` or `.wat`"
    }
    return nil
  }
}
