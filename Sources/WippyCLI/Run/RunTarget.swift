import WippyCore

/// What `wippy run` is asked to run.
enum RunTarget: Hashable {
  /// The project's services.
  case services
  /// The list of commands.
  case list
  case command(String, arguments: [String])
  case entry(EntryID, arguments: [String])
  case file(String, arguments: [String])

  init(exec: String?, words: [String]) throws(CommandFailure) {
    if let exec {
      guard let id = EntryID(exec) else {
        throw .usage("`\(TerminalText.line(exec))` is no id of an entry: write `-x namespace:name`")
      }
      self = .entry(id, arguments: words)
      return
    }
    guard let name = words.first else {
      self = .services
      return
    }
    let arguments = Array(words.dropFirst())
    if name == "list" {
      guard arguments.isEmpty else { throw .usage("`wippy run list` takes no arguments") }
      self = .list
    } else if name.contains("/") || name.hasSuffix(".wasm") || name.hasSuffix(".wat") {
      self = .file(name, arguments: arguments)
    } else {
      self = .command(name, arguments: arguments)
    }
  }

  var arguments: [String] {
    switch self {
    case .services, .list: []
    case .command(_, let arguments), .entry(_, let arguments), .file(_, let arguments): arguments
    }
  }
}
