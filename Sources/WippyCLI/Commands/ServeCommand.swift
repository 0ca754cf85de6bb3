import ArgumentParser

/// `wippy serve`
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves a bare wasi:http component.",
    usage: "wippy serve [<options>] <file.wasm>",
    discussion: "Every request gets an instance that nobody used, unless --reuse is given. "
      + "SIGINT and SIGTERM let requests end, then stop.")

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
  var addr = "127.0.0.1:8080"

  @Option(
    name: .customLong("import"), parsing: .singleValue,
    help: ArgumentHelp("Grant this group only, or `all`. Repeatable.", valueName: "group"))
  var imports: [String] = []

  @Option(
    name: .customLong("env"), parsing: .singleValue,
    help: ArgumentHelp("A variable that the component sees. Repeatable.", valueName: "name=value"))
  var environment: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A directory that it sees, at an absolute path of its own. Repeatable.", valueName: "host::guest[:ro]"))
  var mount: [String] = []

  @Option(
    name: .customLong("allow"), parsing: .singleValue,
    help: ArgumentHelp("An address that it may reach. Repeatable.", valueName: "host:port"))
  var allow: [String] = []

  @Option(
    help: ArgumentHelp(
      "Requests that one instance may serve, one after the other: they see what earlier ones left in its memory.",
      valueName: "count"))
  var reuse = 1

  @Argument(help: ArgumentHelp("The component.", valueName: "file.wasm"))
  var file: String

  func run() throws {
    let code = try ServeRunner(self).run()
    if code != ExitStatus.success { throw CommandFailure([], code: code) }
  }
}
