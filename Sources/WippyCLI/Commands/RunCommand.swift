import ArgumentParser

/// `wippy run`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the project's services, a command, an entry, or a bare file.",
    usage: """
      wippy run [<options>]
      wippy run [<options>] <name> [<arguments> ...]
      wippy run list
      wippy run -x <namespace:name> [<arguments> ...]
      wippy run [<options>] <file.wasm> [<arguments> ...]
      wippy run --help <name>
      """,
    discussion: """
      Without a name it starts every service and supervisor with `auto_start`, and stays until SIGINT or SIGTERM. Options \
      stand before the name; what follows it belongs to the command.
      """,
    helpNames: [])

  @OptionGroup var common: CommonOptions

  @Option(
    name: [.customShort("x"), .long],
    help: ArgumentHelp("Run this process entry.", valueName: "namespace:name"))
  var exec: String?

  @Option(help: ArgumentHelp("The terminal host to run on, where there are several.", valueName: "id"))
  var host: String?

  @Option(help: ArgumentHelp("Of a bare file: the function to run.", valueName: "function"))
  var method: String?

  @Option(
    name: .customLong("import"), parsing: .singleValue,
    help: ArgumentHelp("Of a bare file: grant this group only, or `all`. Repeatable.", valueName: "group"))
  var imports: [String] = []

  @Option(
    name: .customLong("env"), parsing: .singleValue,
    help: ArgumentHelp("Of a bare file: a variable that it sees. Repeatable.", valueName: "name=value"))
  var environment: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Of a bare file: a directory that it sees, at an absolute path of its own. Repeatable.",
      valueName: "host::guest[:ro]"))
  var mount: [String] = []

  @Option(
    name: .customLong("allow"), parsing: .singleValue,
    help: ArgumentHelp(
      "Of a bare file: an address that it may reach, or `listen:` and a port. Repeatable.", valueName: "host:port"))
  var allow: [String] = []

  @Flag(name: .shortAndLong, help: "Show help; with a name, the command's signature.")
  var help = false

  @Argument(parsing: .postTerminator, help: .hidden)
  var words: [String] = []

  func run() throws {
    if help, words.isEmpty, exec == nil {
      return try StandardOutput.write(WippyCommand.helpMessage(for: RunCommand.self) + "\n")
    }
    let options = RunOptions(self)
    if help { return try StandardOutput.write(try options.signature()) }
    let code = try options.execute()
    if code != ExitStatus.success { throw CommandFailure([], code: code) }
  }
}
