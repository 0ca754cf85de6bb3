import Glibc
import Logging
import WippyComponent
import WippyCore
import WippyObservability
import WippyProcess
import WippyRegistry
import WippyRuntime
import WippyWASI

/// Runs one command to its end: from its name to its exit code.
struct CommandRunner {
  private let options: RunOptions
  private let runtime: Runtime
  private let target: RunTarget
  private let entry: EntryID?
  private let host: EntryID?
  private let signals: SignalSet
  private let state: RunState

  /// Finds what is to be run. No binary has been opened when this returns.
  ///
  /// - Parameter needsHost: Whether it will run, and so needs its hosts.
  init(_ options: RunOptions, _ target: RunTarget, needsHost: Bool = true) throws(CommandFailure) {
    self.options = options
    self.target = target
    let signals = SignalSet()
    self.signals = signals
    let state = RunState(showsProgress: Terminal.isTerminal(STDERR_FILENO) && !options.isSilent)
    self.state = state
    let log = LogSwitch()
    let runtime = try Self.makeRuntime(options, target, state, log)
    self.runtime = runtime
    guard let registry = runtime.registry else {
      if !options.allow.isEmpty || options.imports.contains(where: { $0 == "all" || $0.hasPrefix("wasi:http") }) {
        try HTTPProgram.require()
      }
      entry = nil
      host = nil
      return
    }
    if registry.isMissing { throw CommandFailure.noProject(at: registry.project.root) }
    if HTTPProgram.isNeeded(by: registry) { try HTTPProgram.require() }
    let hosts = CommandHosts(registry: registry)
    switch target {
    case .command(let name, _):
      entry = try Self.command(name, registry).entry
      if needsHost { try hosts.requireProcessHost() }
    case .entry(let id, _):
      do {
        entry = try registry.requireEntry(id).id
      } catch {
        throw CommandFailure("\(error); `wippy registry list` lists all")
      }
    case .services, .list, .file: entry = nil
    }
    host = needsHost && target != .services ? try hosts.terminal(named: options.host) : nil
    if let host, hosts.hidesLogs(host) { log.turnOff() }
  }

  private static func makeRuntime(
    _ options: RunOptions, _ target: RunTarget, _ state: RunState, _ log: LogSwitch
  ) throws(CommandFailure) -> Runtime {
    raiseDescriptorLimit()
    var configuration = RuntimeConfiguration(environment: currentEnvironment())
    var settings = RuntimeSettings()
    if case .file = target {
    } else {
      let project: Project
      do throws(RegistryError) {
        project = try Project.locate(explicit: options.project)
      } catch {
        throw CommandFailure("\(error)")
      }
      configuration.project = project.root
      configuration.settings = options.settings
      if project.settingsFile != nil || !options.settings.isEmpty {
        settings =
          RuntimeSettings.load(
            project, overrides: options.settings, environment: configuration.environment
          ).settings
      }
    }
    configuration.http = HTTPProgram.stack
    configuration.logger = LogChoice(options, settings).logger(log)
    configuration.onCompilation = { state.compilation($0) }
    do throws(RuntimeError) {
      return try Runtime(configuration)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// As many descriptors as the system gives: a thousand processes with a socket each are nothing unusual.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
  }

  private static func command(_ name: String, _ registry: Registry) throws(CommandFailure) -> Command {
    if let command = registry.command(named: name) { return command }
    let advice =
      suggestion(for: name, in: registry.commands.lazy.map(\.name)) ?? "`wippy run list` lists the commands"
    throw CommandFailure("there is no command `\(TerminalText.line(name))`: \(advice)")
  }

  // MARK: Help

  /// What `wippy run --help NAME` prints.
  func signature() throws(CommandFailure) -> String {
    let source = try load(toStart: false)
    var text = ""
    if let entry, let command = runtime.registry?.commands.first(where: { $0.entry == entry }) {
      text += "\(command.name)\(command.short.isEmpty ? "" : ": \(command.short)")   (\(entry))\n\n"
    }
    let shown: String
    switch target {
    case .command(let name, _), .file(let name, _): shown = name
    case .entry(let id, _): shown = "-x \(id)"
    case .services, .list: shown = ""
    }
    var usage = ["[<arguments> ...]"]
    var signature = ""
    if case .wasm(let loaded) = source {
      let parameters = loaded.guest.type.parameters
      if !parameters.isEmpty {
        usage = parameters.map { $0.type == .list(.string) ? "[<\($0.name)> ...]" : "<\($0.name)>" }
      }
      signature = "\n  \(loaded.guest.signatureText)\n"
    }
    text += "Usage: wippy run \(([shown] + usage).joined(separator: " "))\n\(signature)"
    return TerminalText.lines(text)
  }

  // MARK: Running

  /// Runs the command, and returns its exit code when it has ended; or the services, until a signal.
  func run() -> Int32 {
    // The program ends with the command: to free its engines first would only take time.
    _ = Unmanaged.passRetained(runtime)
    var control = ControlPoint(runtime, isUrgent: target == .services)
    begin()
    var received: Int32?
    var isStopping = false
    while true {
      control.listen(isStarted: state.isStarted, isLate: false)
      let patience = [state.untilProgress, control.patience].compactMap(\.self).min()
      let number = signals.wait(milliseconds: patience)
      control.listen(isStarted: state.isStarted, isLate: number == nil)
      if number == SIGINT || number == SIGTERM {
        let code = number == SIGINT ? ExitStatus.interrupted : ExitStatus.terminated
        // The second one, or nothing that could be asked to stop.
        if received != nil || !state.isStarted { endAtOnce(received ?? code, &control) }
        received = code
      }
      state.showProgressIfDue()
      // What a command needed is stopped when it has ended.
      let isOver = received != nil || state.outcome != nil && runtime.hasServices
      if isOver, !isStopping {
        isStopping = true
        Task.detached { [runtime, state] in state.finish(await runtime.shutdown(command: state.command)) }
      }
      guard !isOver || state.shutdown != nil else { continue }
      if let received, state.hasEnded || target == .services {
        control.stop()
        reportShutdown()
        return received
      }
      if received == nil, let outcome = state.outcome {
        control.stop()
        reportShutdown()
        return report(outcome)
      }
    }
  }

  private func endAtOnce(_ code: Int32, _ control: inout ControlPoint) -> Never {
    control.stop()
    state.hideProgress()
    _exit(code)
  }

  /// Starts what is to run; `state` hears of its end, or why there is none.
  private func begin() {
    do throws(CommandFailure) {
      if target == .services { return try begin(services: try automaticServices()) {} }
      if let entry {
        let needed = try converting { () throws(RuntimeError) in try runtime.services(neededBy: entry) }
        guard needed.isEmpty else {
          return try begin(services: needed) { [self] in Task.detached { beginCommand() } }
        }
      }
      beginCommand()
    } catch {
      state.finish(.failed(error))
    }
  }

  private func automaticServices() throws(CommandFailure) -> [EntryID] {
    let services = try converting { () throws(RuntimeError) in try runtime.automaticServices() }
    guard services.isEmpty else { return services }
    throw CommandFailure(
      """
      the project has nothing to start: no process.service and no process.supervisor has these lines

          lifecycle:
            auto_start: true

      `wippy run list` lists the commands
      """)
  }

  private func begin(services: [EntryID], then next: @escaping @Sendable () -> Void) throws(CommandFailure) {
    try converting { () throws(RuntimeError) in
      try runtime.startServices(services) { [state] problems in
        guard !problems.isEmpty else { return next() }
        state.finish(.failed(CommandFailure(problems.map { Problem(.error, $0) })))
      }
    }
    state.started()
  }

  private func beginCommand() {
    do throws(CommandFailure) {
      let source = try load(toStart: true)
      guard case .wasm(let loaded) = source, !runtime.mayHoldCode(of: loaded) else { return try start(source) }
      // A compilation takes long: meanwhile this thread listens to signals.
      Task.detached { [self] in
        do throws(CommandFailure) {
          try start(source)
        } catch {
          state.finish(.failed(error))
        }
      }
    } catch {
      state.finish(.failed(error))
    }
  }

  private func start(_ source: ProgramSource) throws(CommandFailure) {
    var type: FunctionType?
    var (values, words) = (target.arguments.map(Value.string), target.arguments)
    if case .wasm(let loaded) = source {
      type = loaded.guest.type
      (values, words) = try arguments(for: loaded)
    }
    let observer = CommandObserver(
      onStarted: { [state] pid in state.started(pid) }, onEnd: { [state] in state.ended() },
      onFlushed: { [state, type] reason in state.finish(.ended(reason, type: type)) })
    let (arguments, others) = (values, words)
    try converting { () throws(RuntimeError) in
      try runtime.startCommand(
        source, on: try runtime.host(host), arguments: arguments, words: others, observer)
    }
  }

  private func load(toStart: Bool) throws(CommandFailure) -> ProgramSource {
    let file: BareFile?
    if case .file(let path, _) = target { file = try options.bareFile(path) } else { file = nil }
    return try converting { () throws(RuntimeError) in
      if let entry { return try runtime.source(entry, toStart: toStart) }
      if let file { return .wasm(try runtime.load(file, toStart: toStart)) }
      throw .entry("there is nothing to run")
    }
  }

  private func converting<Result>(_ body: () throws(RuntimeError) -> Result) throws(CommandFailure) -> Result {
    do throws(RuntimeError) {
      return try body()
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The words of the command line as the function's parameters, or as the guest's own arguments where it has none.
  private func arguments(for loaded: LoadedEntry) throws(CommandFailure) -> ([Value], [String]) {
    let type = loaded.guest.type
    guard !type.parameters.isEmpty else { return ([], target.arguments) }
    do {
      return (
        try CommandLineArguments.parse(target.arguments, for: type, named: loaded.guest.export.name), []
      )
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  // MARK: Reporting

  private func report(_ outcome: RunState.Outcome) -> Int32 {
    switch outcome {
    case .failed(let failure):
      StandardError.report(failure.problems)
      return failure.code
    case .ended(let reason, let type):
      let report = ExitReport(reason, of: subject(type), asJSON: options.asJSON)
      if let problem = report.problem { StandardError.report([Problem(.error, problem)]) }
      guard let output = report.output else { return report.code }
      do {
        try StandardOutput.write(output + "\n")
        return report.code
      } catch {
        StandardError.report(error.problems)
        return error.code
      }
    }
  }

  private func reportShutdown() {
    state.hideProgress()
    StandardError.report(state.shutdown?.killed.map { Problem(.warning, "\($0)") } ?? [])
  }

  private func subject(_ type: FunctionType?) -> ExitReport.Subject {
    let entry = entry.flatMap { runtime.registry?.entry($0) }
    var name = ""
    if case .file(let path, _) = target { name = path }
    return ExitReport.Subject(type: type, isLua: type == nil) { field, text in
      entry.map { $0.diagnostic(at: field, text).description } ?? "\(name): \(text)"
    }
  }
}

extension CommandFailure {
  init(_ error: RuntimeError) {
    switch error {
    case .project(let problems), .services(let problems): self.init(problems.map { Problem(.error, $0) })
    default: self.init("\(error)")
    }
  }
}
