extension KindTable {
  static let luaKinds: [KindSchema] = [
    KindSchema(
      "process.lua", "A process written in Lua.", [source, method] + modules + [network, limits, lifecycle],
      meta: [commandMeta]),
    KindSchema(
      "function.lua", "A function written in Lua.", [source, method] + modules + [network, limits, pool, lifecycle],
      meta: [refusedCommandMeta]),
    KindSchema("library.lua", "Lua code that other entries import.", [source] + modules + [idleLifecycle]),
  ]

  private static let source = FieldSchema(
    "source", .name, required: true, "The code, or `file://` and its path.")
  private static let method = FieldSchema(
    "method", .name, required: true, "A field of the table that the code returns, or a global function.")
  private static let modules: [FieldSchema] = [
    FieldSchema("modules", .list(.name), "What `require` may load besides `imports`."),
    FieldSchema("imports", .map(.reference(["library.lua*", "module.lua"])), "Libraries, by alias."),
  ]

  private static let network = FieldSchema(
    "network",
    .object([
      FieldSchema(
        "allow", .list(.text(.networkRule)), "Where `http_client` may connect; without it, any public address.")
    ]), "What the program may reach.")

  static let supervisionKinds: [KindSchema] = [
    KindSchema(
      "process.service", "A process that is kept running.",
      [
        FieldSchema("process", .reference(["process.wasm", "process.lua*"]), required: true, "What runs."),
        FieldSchema("host", .reference(["process.host"]), required: true, "Where it runs."),
        FieldSchema("input", .list(.any), "Arguments."),
        FieldSchema("instances", .count, default: "1", "How many, each supervised."),
        lifecycle,
      ]),
    KindSchema(
      "process.supervisor", "A tree of processes that are restarted together.",
      [
        FieldSchema("host", .reference(["process.host"]), "Where the children run."),
        FieldSchema(
          "strategy", .oneOf(["one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"]),
          default: "one_for_one", "Which children are restarted when one ends."),
        FieldSchema("intensity", .integer(0...Int64(Int32.max)), "The most restarts in `period`."),
        FieldSchema("period", .duration, "See `intensity`."),
        FieldSchema(
          "children",
          .list(
            .object([
              FieldSchema("id", .name, required: true, "Its name in this supervisor."),
              FieldSchema("process", .reference(["process.wasm", "process.lua*"]), "What runs."),
              FieldSchema("supervisor", .reference(["process.supervisor"]), "A tree in place of a process."),
              FieldSchema("input", .list(.any), "Arguments."),
              FieldSchema(
                "restart", .oneOf(["permanent", "transient", "temporary"]), "When it is restarted."),
              FieldSchema("shutdown", .shutdown, "How long it may take to stop."),
            ])), "In the order of their start."),
        lifecycle,
      ]),
  ]
}
