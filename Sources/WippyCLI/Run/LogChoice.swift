import Glibc
import Logging
import WippyObservability
import WippyRegistry

/// Which log records a run shows, and how.
struct LogChoice {
  let level: Logger.Level?
  let format: LogOutput.Format
  let isColoured: Bool

  init(_ options: RunOptions, _ settings: RuntimeSettings) {
    level =
      if options.isSilent {
        nil
      } else {
        switch options.verbosity {
        case 0: Self.level(settings.logLevel)
        case 1: .info
        default: .debug
        }
      }
    let chosen = options.logFormat?.rawValue ?? settings.logFormat?.rawValue ?? "console"
    format = LogOutput.Format(rawValue: chosen) ?? .console
    isColoured = options.isColoured || Terminal.isColoured(STDERR_FILENO)
  }

  var logger: Logger {
    Logger(label: "wippy") { label in
      guard let level else { return SwiftLogNoOpLogHandler() }
      return LogOutput(label: label, level: level, format: format, isColoured: isColoured)
    }
  }

  private static func level(_ setting: RuntimeSettings.LogLevel?) -> Logger.Level {
    switch setting {
    case .debug: .debug
    case .info: .info
    case .warn, nil: .warning
    case .error: .error
    }
  }
}
