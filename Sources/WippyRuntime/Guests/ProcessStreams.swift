import Logging
import WippyCore
import WippyWASI

/// Where the standard streams of a host's processes lead.
package enum ProcessStreams: Sendable {
  /// A process host: stdin at its end, each line of output a log record.
  case records(Logger)
  /// A terminal host: these streams.
  case given(StandardStreams)

  func streams(of context: any ProcessContext) -> StandardStreams {
    switch self {
    case .given(let streams): return streams
    case .records(let logger):
      let metadata: Logger.Metadata = ["pid": "\(context.pid)", "entry": "\(context.entry)"]
      return .lines(
        output: { logger.info("\($0)", metadata: metadata) },
        error: { logger.warning("\($0)", metadata: metadata) })
    }
  }
}
