import WippyCore

/// What the WASI functions of one process work on. Belongs to the worker that holds the process.
package final class WASIState {
  package let environment: GuestEnvironment
  package let reactor: any Reactor
  package let wake: @Sendable () -> Void
  /// The last bytes of stderr, granted or not.
  let errorTail = OutputTail()
  private var descriptors: Preview1Descriptors?

  private(set) lazy var random = RandomReserve(environment.randomness)
  lazy var network = NetworkAccess(policy: environment.network, report: environment.reportDenial)

  /// - Parameter wake: Queues the process again: `ProcessContext.wake`.
  package init(configuration: GuestEnvironment, reactor: any Reactor, wake: @escaping @Sendable () -> Void) {
    environment = configuration
    self.reactor = reactor
    self.wake = wake
  }

  deinit {
    environment.standardStreams.output.finish()
    environment.standardStreams.error.finish()
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
    InputStream(granted ? environment.standardStreams.input : NullSource())
  }

  func makeOutput(granted: Bool) -> OutputStream {
    OutputStream(granted ? environment.standardStreams.output : NullSink())
  }

  func makeError(granted: Bool) -> OutputStream {
    OutputStream(granted ? environment.standardStreams.error : NullSink(), tail: errorTail)
  }

  /// Parks the process until one of the conditions holds.
  func wait(for conditions: [WaitCondition]) -> WaitOperation {
    WaitOperation(conditions, reactor: reactor, wake: wake)
  }
}
