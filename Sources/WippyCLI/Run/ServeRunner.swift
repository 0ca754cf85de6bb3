import Glibc
import Logging
import Synchronization
import WippyCore
import WippyObservability
import WippyRegistry
import WippyRuntime

/// Serves a bare component until a signal.
struct ServeRunner {
  private let options: RunOptions
  private let address: String
  private let file: String
  private let reuse: Int

  init(_ command: ServeCommand) {
    var options = RunOptions(words: [command.file])
    options.verbosity = command.common.verbose
    options.isSilent = command.common.silent
    options.isColoured = command.common.colour
    options.logFormat = command.common.logFormat
    options.imports = command.imports
    options.environment = command.environment
    options.allow = command.allow
    options.mounts = command.mount
    options.method = ComponentHandler.method
    self.options = options
    address = command.addr
    file = command.file
    reuse = command.reuse
  }

  /// What the task and the thread that waits for signals tell each other.
  private final class State: Sendable {
    let failure = Mutex<CommandFailure?>(nil)
    let killed = Mutex<Int?>(nil)
    let server = Mutex<(any HTTPServing)?>(nil)
  }

  func run() throws(CommandFailure) -> Int32 {
    let configuration = try serverConfiguration()
    guard reuse >= 1 else { throw .usage("`--reuse \(reuse)`: write a number of requests, 1 or more") }
    try HTTPProgram.require()
    var bare = try options.bareFile(file)
    // What a component needs to be asked is granted; where it may connect is the business of `--allow`.
    bare.servesHTTP = true
    let signals = SignalSet()
    let runtime = try makeRuntime()
    let state = State()
    Task.detached { [bare, reuse] in
      do throws(RuntimeError) {
        let server = try await runtime.serve(try runtime.load(bare), configuration, reuse: reuse)
        state.server.withLock { $0 = server }
        let host = configuration.host.isEmpty ? "0.0.0.0" : configuration.host
        let place = "\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
        _ = FileWriting.writeAll("listening on http://\(place)\n", to: STDERR_FILENO)
      } catch {
        state.failure.withLock { $0 = CommandFailure(error) }
        SignalSet.wake()
      }
    }
    var isStopping = false
    while true {
      let number = signals.wait(milliseconds: nil)
      if let failure = state.failure.withLock({ $0 }) { throw failure }
      if state.killed.withLock({ $0 }) != nil { return ExitStatus.success }
      guard number == SIGINT || number == SIGTERM else { continue }
      // The second one.
      if isStopping { _exit(number == SIGINT ? ExitStatus.interrupted : ExitStatus.terminated) }
      isStopping = true
      Task.detached {
        let server = state.server.withLock { $0 }
        let killed = await server?.stop(graceMilliseconds: 10_000) ?? 0
        await runtime.shutdown()
        state.killed.withLock { $0 = killed }
        SignalSet.wake()
      }
    }
  }

  private func makeRuntime() throws(CommandFailure) -> Runtime {
    CommandRunner.raiseDescriptorLimit()
    var configuration = RuntimeConfiguration(environment: currentEnvironment())
    configuration.http = HTTPProgram.stack
    configuration.logger = LogChoice(options, RuntimeSettings()).logger(LogSwitch())
    do throws(RuntimeError) {
      return try Runtime(configuration)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func serverConfiguration() throws(CommandFailure) -> HTTPServerConfiguration {
    guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else {
      throw .usage("`--addr \(TerminalText.line(address))`: write `--addr HOST:PORT` or `--addr :PORT`")
    }
    var host = address[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    var configuration = HTTPServerConfiguration(host: String(host), port: port)
    if options.verbosity > 0 {
      let logger = LogChoice(options, RuntimeSettings()).logger(LogSwitch())
      configuration.onResponse = { record in
        logger.info(
          "\(record.method) \(record.path) \(record.status)",
          metadata: [
            "client": "\(record.client)", "bytes": "\(record.bytes)", "us": "\(record.duration / 1000)",
            "complete": "\(record.isComplete)",
          ])
      }
    }
    return configuration
  }
}
