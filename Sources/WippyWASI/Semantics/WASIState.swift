import WippyCore

/// What the WASI functions of one process work on. Belongs to the worker that holds the process.
package final class WASIState {
  package private(set) var environment: GuestEnvironment
  package let reactor: any Reactor
  package private(set) var wake: @Sendable () -> Void
  /// The last bytes of stderr, granted or not.
  let errorTail = OutputTail()
  private var descriptors: Preview1Descriptors?

  private(set) lazy var random = RandomReserve(environment.randomness)
  private var madeNetwork: NetworkAccess?

  /// - Parameter wake: Queues the process again: `ProcessContext.wake`.
  package init(configuration: GuestEnvironment, reactor: any Reactor, wake: @escaping @Sendable () -> Void) {
    environment = configuration
    self.reactor = reactor
    self.wake = wake
  }

  /// The process has ended, and another one may go on with the guest: what is of one process alone goes.
  package func leave() {
    environment.standardStreams.output.finish()
    environment.standardStreams.error.finish()
    errorTail.removeAll()
    descriptors = nil
    madeNetwork = nil
    environment.functions = nil
    environment.http = nil
    wake = {}
  }

  /// Goes on for another process.
  ///
  /// - Parameter environment: Its surroundings, but for the standard streams: guests keep what they have of those.
  package func enter(_ environment: GuestEnvironment, wake: @escaping @Sendable () -> Void) {
    var environment = environment
    environment.standardStreams = self.environment.standardStreams
    environment.owner = self.environment.owner
    self.environment = environment
    self.wake = wake
  }

  deinit {
    environment.standardStreams.output.finish()
    environment.standardStreams.error.finish()
  }

  var network: NetworkAccess {
    if let madeNetwork { return madeNetwork }
    let made = NetworkAccess(policy: environment.network, report: environment.reportDenial)
    madeNetwork = made
    return made
  }

  /// The last 4 KiB that the guest wrote to its standard error.
  package var lastErrorOutput: String { errorTail.text }

  /// The descriptors of a guest of preview 1, made when they are used.
  func preview1Descriptors(_ make: () -> Preview1Descriptors) -> Preview1Descriptors {
    if let descriptors { return descriptors }
    let made = make()
    descriptors = made
    return made
  }

  // Streams of the guest's own; not granted, they are at their end and discard.

  func makeInput(granted: Bool) -> InputStream {
    InputStream(granted ? environment.standardStreams.input : NullSource(), isStandard: true)
  }

  func makeOutput(granted: Bool) -> OutputStream {
    OutputStream(granted ? environment.standardStreams.output : NullSink(), isStandard: true)
  }

  func makeError(granted: Bool) -> OutputStream {
    OutputStream(granted ? environment.standardStreams.error : NullSink(), tail: errorTail, isStandard: true)
  }

  /// Parks the process until one of the conditions holds.
  func wait(for conditions: [WaitCondition]) -> WaitOperation {
    WaitOperation(conditions, reactor: reactor, wake: wake)
  }
}
