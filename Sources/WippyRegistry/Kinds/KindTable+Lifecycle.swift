extension KindTable {
  /// `lifecycle`, where an entry runs.
  static let lifecycle = FieldSchema(
    "lifecycle", .object(lifecycleFields), "When it starts, stops and restarts.")

  /// `lifecycle` of an entry that does not run.
  static let idleLifecycle = FieldSchema(
    "lifecycle", .object(lifecycleFields), "Has no effect on this kind.",
    support: .ignored("this kind does not run"))

  private static let lifecycleFields: [FieldSchema] = [
    FieldSchema("auto_start", .boolean, default: "false", "Start with `wippy run`."),
    FieldSchema("requires", .list(.reference(["*"])), "Entries that have to run first."),
    FieldSchema("depends_on", .list(.reference(["*"])), "Another spelling of `requires`."),
    FieldSchema("start_timeout", .duration, default: "10s", "How long a start may take."),
    FieldSchema("stop_timeout", .duration, default: "10s", "From the request to stop until it is killed."),
    FieldSchema(
      "stable_threshold", .duration, default: "5s", "A run that is longer resets the delay of restarts."),
    FieldSchema("restart", .object(restartFields), "What happens after it ended."),
    FieldSchema(
      "security", .any, "Not part of this runtime, and refused: without it the entry would be allowed more.",
      support: .refused(
        "security policies are not part of this runtime, and without them the entry would be allowed more than "
          + "it asks for: remove the field, or grant less through `imports` and `wasi`")),
  ]

  private static let restartFields: [FieldSchema] = [
    FieldSchema(
      "policy", .oneOf(["permanent", "transient", "temporary"]), default: "transient",
      "Restart after any end, after an abnormal one, or never."),
    FieldSchema("initial_delay", .duration, default: "1s", "Before the first restart."),
    FieldSchema("max_delay", .duration, default: "90s", "The longest delay."),
    FieldSchema("backoff_factor", .number(1...Double.infinity), default: "2.0", "Growth of the delay."),
    FieldSchema("jitter", .number(0...1), default: "0.1", "Random part of the delay."),
    FieldSchema("max_attempts", .integer(0...Int64(Int32.max)), default: "0", "0 means no limit."),
  ]

  /// `limits` of entries that run code, and the defaults for all of them in `.wippy.yaml`.
  static let limitFields: [FieldSchema] = [
    FieldSchema("max_execution_ms", .milliseconds, "Wall time from start to end."),
    FieldSchema("max_cpu_ms", .milliseconds, "Time on a worker."),
    FieldSchema("max_memory", .size, default: "256MiB", "All memories and tables together (Lua: 64MiB)."),
    FieldSchema("max_mailbox", .count, default: "1024", "Queued messages."),
    FieldSchema("max_mailbox_bytes", .size, default: "16MiB", "Bytes of the queued messages."),
    FieldSchema("max_resources", .count, default: "10000", "Open handles."),
    FieldSchema(
      "cancel_grace_ms", .integer(0...Int64.max / 1_000_000), default: "5000", "From a cancel to the kill."),
  ]

  static let limits = FieldSchema("limits", .object(limitFields), "What a process may use.")

  /// `meta.command` of entries that can be a command.
  static let commandMeta = FieldSchema(
    "command",
    .object([
      FieldSchema("name", .text(.commandName), required: true, "What follows `wippy run`."),
      FieldSchema("short", .string, "One line for `wippy run list`."),
    ]), "Makes the entry a command of `wippy run`.")

  /// `meta.command` where it cannot be.
  static let refusedCommandMeta = FieldSchema(
    "command", .any, "A function cannot be a command.",
    support: .refused("a function cannot be a command: make it a `process.wasm` or `process.lua`"))
}
