import WippyCore

/// What the modules of Lua programs need of the host. The runtime provides it; tests have their own.
package struct LuaServices: Sendable {
  /// What `require` finds besides the standard modules, by name.
  package var modules: [String: LuaModule]
  package var environment: (any LuaEnvironment)?
  package var registry: (any LuaRegistry)?
  package var filesystems: (any LuaFilesystems)?
  /// `nil` where there is no HTTP.
  package var http: LuaHTTPAccess?
  /// The request that the function answers.
  package var exchange: LuaHTTPExchange?
  /// `nil` where the process has no terminal.
  package var terminal: (any LuaTerminal)?
  package var log: @Sendable (LuaLogRecord) -> Void
  package var wallClock: @Sendable () -> WallTime
  /// Fills a buffer with random bytes.
  package var randomness: @Sendable (UnsafeMutableRawBufferPointer) -> Void
  /// The name of this node.
  package var node: String

  package init(
    modules: [String: LuaModule] = [:],
    environment: (any LuaEnvironment)? = nil,
    registry: (any LuaRegistry)? = nil,
    terminal: (any LuaTerminal)? = nil,
    log: @escaping @Sendable (LuaLogRecord) -> Void = { _ in },
    wallClock: @escaping @Sendable () -> WallTime,
    randomness: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void,
    node: String = "local"
  ) {
    self.modules = modules
    self.environment = environment
    self.registry = registry
    self.terminal = terminal
    self.log = log
    self.wallClock = wallClock
    self.randomness = randomness
    self.node = node
  }
}

/// Environment variables: by their public name, or by the id of an `env.variable`.
package protocol LuaEnvironment: AnyObject, Sendable {
  func value(of name: String) throws(LuaErrorValue) -> String?
  func set(_ name: String, to value: String) throws(LuaErrorValue)
  /// In order of their names.
  func all() -> [(name: String, value: String)]
}

/// The entries of the project.
package protocol LuaRegistry: AnyObject, Sendable {
  /// `{id, kind, meta, data}`.
  func entry(_ id: EntryID) -> Value?
  /// All entries, in order of their ids, in the same form.
  func entries() -> [Value]
}

/// The terminal of a command.
package protocol LuaTerminal: AnyObject, Sendable {
  var arguments: [String] { get }
  /// Writes to standard output, or to standard error. It does not wait: `true` when the reader is far behind, and the
  /// program should not go on before `whenRoom`.
  func write(_ bytes: [UInt8], toError: Bool) -> Bool
  /// Calls `action` once, on any thread, when the reader has caught up; `false`, without a call, when it has already.
  func whenRoom(_ action: @escaping @Sendable () -> Void) -> Bool
  /// Calls `action` once, on any thread, when everything is written, or nobody reads any more.
  func flush(_ action: @escaping @Sendable () -> Void)
  /// Reads up to `count` bytes, or up to and with a newline: at least one byte, none at the end. `completion` is called once,
  /// on any thread.
  func read(
    _ count: Int, untilNewline: Bool, _ completion: @escaping @Sendable (Result<[UInt8], LuaErrorValue>) -> Void)
}

/// One record for the log.
package struct LuaLogRecord: Sendable {
  package enum Level: String, Sendable { case debug, info, warn, error }
  package var level: Level
  package var message: String
  package var fields: [Value.Field]
  package var pid: ProcessID
  package var entry: EntryID

  package init(level: Level, message: String, fields: [Value.Field] = [], pid: ProcessID, entry: EntryID) {
    self.level = level
    self.message = message
    self.fields = fields
    self.pid = pid
    self.entry = entry
  }
}
