import WippyRegistry

/// Puts arguments into the order in which the parser takes them.
///
/// Common options may stand before the command's name. Of `run`, everything from NAME on belongs to the command that is
/// run, also what looks like an option: it goes behind a `--`.
enum ArgumentOrder {
  private static let commonWithValue: Set<String> = ["-C", "--project", "--set", "--log-format"]
  private static let runWithValue: Set<String> = [
    "--host", "--method", "--import", "--env", "--mount", "--allow",
  ]
  private static let commandsWithCommands: Set<String> = ["registry"]

  /// - Parameter commands: What may stand in the command's place.
  static func normalized(
    _ arguments: [String], commands: [String] = WippyCommand.names
  ) throws(CommandFailure) -> [String] {
    let (options, rest) = split(arguments, withValue: commonWithValue)
    if options.contains(where: asksForRoot) { return arguments }
    guard let command = rest.first, command != "--" else {
      if options.isEmpty { return arguments }
      throw .usage("no command is named: `wippy --help` lists them")
    }
    guard commands.contains(command) else {
      let advice = suggestion(for: command, in: commands) ?? "`wippy --help` lists the commands"
      throw .usage("`\(TerminalText.line(command))` is no command of wippy: \(advice)")
    }
    let own = Array(rest.dropFirst())
    if command == "run" { return ["run"] + run(options + own) }
    if commandsWithCommands.contains(command), let inner = own.first, !inner.hasPrefix("-") {
      return [command, inner] + options + own.dropFirst()
    }
    return [command] + options + own
  }

  private static func asksForRoot(_ option: String) -> Bool {
    ["-h", "--help", "--version"].contains(option)
  }

  private static func run(_ arguments: [String]) -> [String] {
    var (options, words) = split(
      arguments, withValue: commonWithValue.union(runWithValue), endingWith: ["-x", "--exec"])
    // A `--` before NAME only says that NAME follows.
    if words.first == "--" { words.removeFirst() }
    if !words.isEmpty { options += ["--"] + words }
    return options
  }

  /// The options at the beginning, with their values, and the rest. An option of `last` is the last one.
  private static func split(
    _ arguments: [String], withValue: Set<String>, endingWith last: Set<String> = []
  ) -> (options: [String], rest: [String]) {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      guard argument.hasPrefix("-"), argument != "-", argument != "--" else { break }
      index += 1
      let name = argument.hasPrefix("--") ? String(argument.prefix { $0 != "=" }) : argument
      if last.contains(name) {
        if name == argument { index += 1 }
        break
      }
      if name == argument, withValue.contains(name) { index += 1 }
    }
    index = min(index, arguments.count)
    return (Array(arguments[..<index]), Array(arguments[index...]))
  }
}
