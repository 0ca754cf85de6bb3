import Logging
import WippyCore
import WippyWASI

/// Where the standard streams of a host's processes lead.
package enum ProcessStreams: Sendable {
  /// A process host: stdin at its end, each line of output a log record.
  case records(Logger)
  /// A terminal host: these streams.
  case given(StandardStreams)

  /// - Parameter owner: Of a guest that serves several processes: whose the output is.
  func streams(of context: any ProcessContext, owner: GuestOwner? = nil) -> StandardStreams {
    switch self {
    case .given(let streams): return streams
    case .records(let logger):
      // Most processes print nothing: the texts are made for each line.
      let pid = context.pid
      let entry = context.entry
      let metadata: @Sendable () -> Logger.Metadata = { ["pid": "\(owner?.pid ?? pid)", "entry": "\(entry)"] }
      return .lines(
        output: { logger.info("\($0)", metadata: metadata()) },
        error: { logger.warning("\($0)", metadata: metadata()) })
    }
  }
}
