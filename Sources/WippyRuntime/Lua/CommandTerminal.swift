import Synchronization
import WippyCore
import WippyLua
import WippyWASI

/// The standard streams of a command that is written in Lua.
final class CommandTerminal: LuaTerminal {
  let arguments: [String]
  private let output: OutputQueue
  private let errors: OutputQueue
  private let input: InputLines

  /// - Parameter onClosed: Called once, on any thread, when nobody reads standard output any more.
  init(
    _ streams: StandardStreams, arguments: [String], reactor: any Reactor, onClosed: @escaping @Sendable () -> Void
  ) {
    self.arguments = arguments
    output = OutputQueue(streams.output, reactor, onClosed: onClosed)
    errors = OutputQueue(streams.error, reactor)
    input = InputLines(streams.input, reactor)
  }

  func write(_ bytes: [UInt8], toError: Bool) -> Bool { (toError ? errors : output).write(bytes) }

  func whenRoom(_ action: @escaping @Sendable () -> Void) -> Bool {
    output.whenDrained(to: OutputQueue.bound / 2, action) || errors.whenDrained(to: OutputQueue.bound / 2, action)
  }

  func flush(_ action: @escaping @Sendable () -> Void) {
    let (output, errors) = (output, errors)
    let flushErrors = { @Sendable in
      if !errors.whenDrained(to: 0, action) { action() }
    }
    if !output.whenDrained(to: 0, flushErrors) { flushErrors() }
  }

  func read(
    _ count: Int, untilNewline: Bool, _ completion: @escaping @Sendable (Result<[UInt8], LuaErrorValue>) -> Void
  ) {
    input.read(count, untilNewline: untilNewline, completion)
  }
}
