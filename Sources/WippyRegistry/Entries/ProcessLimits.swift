/// The limits that an entry, or `.wippy.yaml`, gives. `nil` is a limit that is not given.
package struct ProcessLimits: Sendable, Hashable {
  package var maxExecutionMilliseconds: UInt64?
  package var maxCPUMilliseconds: UInt64?
  /// Bytes.
  package var maxMemory: UInt64?
  package var maxMailbox: Int?
  /// Bytes.
  package var maxMailboxBytes: UInt64?
  package var maxResources: Int?
  package var cancelGraceMilliseconds: UInt64?

  package init() {}

  init(_ reader: EntryReader?) {
    func unsigned(_ key: String) -> UInt64? { reader?.integer(key).flatMap { UInt64(exactly: $0) } }
    func count(_ key: String) -> Int? { reader?.integer(key).flatMap { Int(exactly: $0) } }
    maxExecutionMilliseconds = unsigned("max_execution_ms")
    maxCPUMilliseconds = unsigned("max_cpu_ms")
    maxMemory = reader?.size("max_memory")
    maxMailbox = count("max_mailbox")
    maxMailboxBytes = reader?.size("max_mailbox_bytes")
    maxResources = count("max_resources")
    cancelGraceMilliseconds = unsigned("cancel_grace_ms")
  }

  /// These limits, with what is missing taken from `defaults`.
  package func merged(over defaults: ProcessLimits) -> ProcessLimits {
    var limits = self
    limits.maxExecutionMilliseconds = maxExecutionMilliseconds ?? defaults.maxExecutionMilliseconds
    limits.maxCPUMilliseconds = maxCPUMilliseconds ?? defaults.maxCPUMilliseconds
    limits.maxMemory = maxMemory ?? defaults.maxMemory
    limits.maxMailbox = maxMailbox ?? defaults.maxMailbox
    limits.maxMailboxBytes = maxMailboxBytes ?? defaults.maxMailboxBytes
    limits.maxResources = maxResources ?? defaults.maxResources
    limits.cancelGraceMilliseconds = cancelGraceMilliseconds ?? defaults.cancelGraceMilliseconds
    return limits
  }

  /// What holds for a guest where neither its entry nor `.wippy.yaml` says anything.
  package static let builtIn: ProcessLimits = {
    var limits = ProcessLimits()
    limits.maxMemory = 256 << 20
    limits.maxMailbox = 1024
    limits.maxMailboxBytes = 16 << 20
    limits.maxResources = 10000
    limits.cancelGraceMilliseconds = 5000
    return limits
  }()

  /// The same for Lua.
  package static let builtInLua: ProcessLimits = {
    var limits = builtIn
    limits.maxMemory = 64 << 20
    return limits
  }()
}
