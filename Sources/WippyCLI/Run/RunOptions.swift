/// The options of `wippy run`, as plain values.
struct RunOptions: Hashable {
  var project: String?
  var settings: [String] = []
  var verbosity = 0
  var isSilent = false
  var isColoured = false
  var logFormat: CommonOptions.LogFormat?
  var asJSON = false
  var exec: String?
  var host: String?
  var method: String?
  var imports: [String] = []
  var environment: [String] = []
  var allow: [String] = []
  var mounts: [String] = []
  /// NAME and what follows it.
  var words: [String] = []

  init(words: [String] = []) {
    self.words = words
  }

  /// `run NAME ...`, with `-C DIR` or without: the arguments that need no parser.
  ///
  /// The parser looks at types at run time, which takes longer than anything else that a small command does.
  init?(plain arguments: [String]) {
    var rest = arguments[...]
    var project: String?
    if rest.first == "-C", rest.count >= 2 {
      project = rest[rest.startIndex + 1]
      rest = rest.dropFirst(2)
    }
    guard rest.first == "run", rest.count >= 2 else { return nil }
    rest = rest.dropFirst()
    guard let name = rest.first, !name.hasPrefix("-") else { return nil }
    self.init(words: Array(rest))
    self.project = project
  }
}

extension RunOptions {
  init(_ command: RunCommand) {
    let common = command.common
    self.init(words: command.words)
    project = common.project
    settings = common.settings
    verbosity = common.verbose
    isSilent = common.silent
    isColoured = common.colour
    logFormat = common.logFormat
    asJSON = common.json
    exec = command.exec
    host = command.host
    method = command.method
    imports = command.imports
    environment = command.environment
    allow = command.allow
    mounts = command.mount
  }
}
