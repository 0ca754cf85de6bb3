import Logging
import WippyCore
import WippyLua
import WippyProcess
import WippyRegistry
import WippyWASI

extension Runtime {
  /// What Lua programs have around them, but for a command's terminal.
  func luaServices(_ registry: Registry, _ entry: LuaEntry) -> LuaServices {
    let logger = logger
    var services = LuaServices(
      log: { Self.log($0, to: logger) }, wallClock: { SystemClock.wallTime() },
      randomness: { SystemRandomness().fill($0) })
    services.environment = environment.map { ProjectEnvironment($0) }
    services.registry = ProjectEntries(registry)
    services.filesystems = ProjectFilesystems(FilesystemResolver(registry))
    if http.stack != nil {
      let access = HTTPAccess(client: { [http] in http.client }, policy: NetworkPolicy(entry.allow)) { denial in
        logger.warning(
          "http_client: \(denial.summary): add `network: {allow: [\"\(denial.rule)\"]}` to the entry",
          metadata: ["entry": "\(entry.id)"])
      }
      services.http = LuaHTTPAccess(
        client: access.client, mayConnect: { access.mayConnect(to: $0, port: $1, name: $2) })
    }
    return services
  }

  private static func log(_ record: LuaLogRecord, to logger: Logger) {
    let level: Logger.Level =
      switch record.level {
      case .debug: .debug
      case .info: .info
      case .warn: .warning
      case .error: .error
      }
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = ["pid": "\(record.pid)", "entry": "\(record.entry)"]
    for field in record.fields { metadata[field.key] = Self.metadata(field.value) }
    logger.log(level: level, "\(record.message)", metadata: metadata)
  }

  private static func metadata(_ value: Value) -> Logger.MetadataValue {
    switch value {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .float(let number): "\(number)"
    case .string(let text): "\(text)"
    case .bytes(let bytes): "\(bytes.count) bytes"
    case .array(let items): .array(items.map(metadata))
    case .table(let fields):
      .dictionary(Dictionary(fields.map { ($0.key, metadata($0.value)) }, uniquingKeysWith: { $1 }))
    case .resource(let reference): "\(reference.type)"
    }
  }
}
