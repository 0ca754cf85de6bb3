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
      entry = nil
      host = nil
      return
    }
    if registry.isMissing { throw CommandFailure.noProject(at: registry.project.root) }
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
    case .list, .file: entry = nil
    }
    host = needsHost ? try hosts.terminal(named: options.host) : nil
    if let host, hosts.hidesLogs(host) { log.turnOff() }
  }

  private static func makeRuntime(
    _ options: RunOptions, _ target: RunTarget, _ state: RunState, _ log: LogSwitch
  ) throws(CommandFailure) -> Runtime {
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
    configuration.logger = LogChoice(options, settings).logger(log)
    configuration.onCompilation = { state.compilation($0) }
    do throws(RuntimeError) {
      return try Runtime(configuration)
    } catch {
      throw CommandFailure(error)
    }
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
    let loaded = try load(toStart: false)
    var text = ""
    if let entry, let command = runtime.registry?.commands.first(where: { $0.entry == entry }) {
      text += "\(command.name)\(command.short.isEmpty ? "" : ": \(command.short)")   (\(entry))\n\n"
    }
    let type = loaded.guest.type
    let words = type.parameters.map { $0.type == .list(.string) ? "[<\($0.name)> ...]" : "<\($0.name)>" }
    let shown: String
    switch target {
    case .command(let name, _), .file(let name, _): shown = name
    case .entry(let id, _): shown = "-x \(id)"
    case .list: shown = "list"
    }
    let usage = type.parameters.isEmpty ? ["[<arguments> ...]"] : words
    text +=
      "Usage: wippy run \(([shown] + usage).joined(separator: " "))\n\n  \(loaded.guest.signatureText)\n"
    return TerminalText.lines(text)
  }

  // MARK: Running

  /// Runs the command, and returns its exit code when it has ended.
  func run() -> Int32 {
    // The program ends with the command: to free its engines first would only take time.
    _ = Unmanaged.passRetained(runtime)
    begin()
    var received: Int32?
    while true {
      let number = signals.wait(milliseconds: state.untilProgress)
      if number == SIGINT || number == SIGTERM {
        let code = number == SIGINT ? ExitStatus.interrupted : ExitStatus.terminated
        // The second one, or nothing that could be asked to stop.
        if received != nil || !state.isStarted { endAtOnce(received ?? code) }
        received = code
        Task.detached { [runtime, state] in state.finish(await runtime.shutdown()) }
      }
      state.showProgressIfDue()
      if let received {
        guard let shutdown = state.shutdown, state.outcome != nil else { continue }
        report(shutdown)
        return received
      }
      if let outcome = state.outcome {
        state.hideProgress()
        return report(outcome)
      }
    }
  }

  private func endAtOnce(_ code: Int32) -> Never {
    state.hideProgress()
    _exit(code)
  }

  /// Starts the process; `state` hears of its end, or why there is none.
  private func begin() {
    do throws(CommandFailure) {
      let loaded = try load(toStart: true)
      let (values, words) = try arguments(for: loaded)
      guard !runtime.mayHoldCode(of: loaded) else { return try start(loaded, values, words) }
      // A compilation takes long: meanwhile this thread listens to signals.
      Task.detached { [self] in
        do throws(CommandFailure) {
          try start(loaded, values, words)
        } catch {
          state.finish(.failed(error))
        }
      }
    } catch {
      state.finish(.failed(error))
    }
  }

  private func start(
    _ loaded: LoadedEntry, _ values: [Value], _ words: [String]
  ) throws(CommandFailure) {
    let type = loaded.guest.type
    do throws(RuntimeError) {
      try runtime.start(
        loaded, on: try runtime.host(host), arguments: values, wasiArguments: words, streams: .given(.inherited())
      ) { [state] result in
        switch result {
        case .started: state.started()
        // A guest that ends in its Init ends like any other, as the command line sees it.
        case .failed(let reason): state.finish(.ended(reason, type))
        }
      } onExit: { [state] _, reason in
        state.finish(.ended(reason, type))
      }
    } catch {
      throw CommandFailure(error)
    }
  }

  private func load(toStart: Bool) throws(CommandFailure) -> LoadedEntry {
    let file: BareFile?
    if case .file(let path, _) = target { file = try options.bareFile(path) } else { file = nil }
    do throws(RuntimeError) {
      if let entry { return try runtime.load(entry, toStart: toStart) }
      if let file { return try runtime.load(file, toStart: toStart) }
    } catch {
      throw CommandFailure(error)
    }
    throw CommandFailure("there is nothing to run")
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

  private func report(_ shutdown: ShutdownReport) {
    state.hideProgress()
    StandardError.report(
      shutdown.killed.map { Problem(.warning, "\($0) did not stop in time and was killed") })
  }

  private func subject(_ type: FunctionType) -> ExitReport.Subject {
    let entry = entry.flatMap { runtime.registry?.entry($0) }
    var name = ""
    if case .file(let path, _) = target { name = path }
    return ExitReport.Subject(type: type) { field, text in
      entry.map { $0.diagnostic(at: field, text).description } ?? "\(name): \(text)"
    }
  }
}

extension CommandFailure {
  init(_ error: RuntimeError) {
    switch error {
    case .project(let problems): self.init(problems.map { Problem(.error, $0) })
    default: self.init("\(error)")
    }
  }
}
