extension KindTable {
  static let wasmKinds: [KindSchema] = [
    KindSchema(
      "process.wasm", "A process whose code is a WebAssembly component or core module.",
      binary + guest + [
        FieldSchema(
          "transport", .oneOf(["payload", "wasi-http"]), default: "payload", "Belongs to functions."),
        FieldSchema("pool", .any, "Belongs to functions.", support: .ignored("a process has no pool")),
        lifecycle,
      ], meta: [commandMeta]),
    KindSchema(
      "function.wasm", "A function whose code is a WebAssembly component or core module.",
      binary + guest + function, meta: [refusedCommandMeta]),
    KindSchema(
      "function.wat", "A function whose code is WebAssembly text.",
      [FieldSchema("source", .name, required: true, "The text, or `file://` and its path.")] + guest
        + function,
      meta: [refusedCommandMeta]),
  ]

  private static let binary: [FieldSchema] = [
    FieldSchema("fs", .reference(["fs.*"]), required: true, "The filesystem that holds the binary."),
    FieldSchema("path", .text(.innerPath), required: true, "The binary's path inside it."),
    FieldSchema(
      "hash", .text(.digest), required: true, "`sha256:` and the digest of the binary; see `wippy hash`."),
  ]

  private static let guest: [FieldSchema] = [
    FieldSchema("method", .name, required: true, "The export to run: `greet`, or `interface#function`."),
    FieldSchema("wit", .string, "The signature of `method` in WIT, for core modules."),
    FieldSchema("imports", .list(.text(.importItem)), "Groups of host interfaces that are granted."),
    FieldSchema(
      "wasi",
      .object([
        FieldSchema("args", .list(.scalarText), "Arguments after the program's name."),
        FieldSchema("cwd", .text(.guestPath), default: "/", "The working directory."),
        FieldSchema(
          "env",
          .list(
            .object([
              FieldSchema("id", .reference(["env.variable"]), required: true, "The variable."),
              FieldSchema("name", .text(.guestVariable), required: true, "Its name in the guest."),
              FieldSchema("required", .boolean, default: "false", "Without a value nothing starts."),
            ])), "The environment: only what is listed is visible."),
        FieldSchema(
          "network",
          .object([
            FieldSchema("allow", .list(.text(.networkRule)), "Where the guest may connect or listen.")
          ]), "What the guest may reach."),
        FieldSchema(
          "mounts",
          .list(
            .object([
              FieldSchema("fs", .reference(["fs.*"]), required: true, "The filesystem."),
              FieldSchema("guest", .text(.guestPath), required: true, "Where the guest sees it."),
              FieldSchema("read_only", .boolean, default: "false", "The guest cannot change it."),
            ])), "Directories that the guest sees."),
      ]), "What the guest sees through WASI."),
    limits,
  ]

  private static let function: [FieldSchema] = [
    FieldSchema(
      "transport", .oneOf(["payload", "wasi-http"]), default: "payload", "How a call's arguments are mapped."),
    pool,
    lifecycle,
  ]

  static let pool = FieldSchema(
    "pool",
    .object([
      FieldSchema("type", .oneOf(["inline", "lazy", "static", "adaptive"]), "How instances are kept."),
      FieldSchema("max_size", .count, default: "16", "The most instances (`lazy`, `adaptive`)."),
      FieldSchema("min_size", .count, "The fewest instances (`adaptive`)."),
      FieldSchema("workers", .count, "Instances (`static`)."),
      FieldSchema("size", .count, "Instances, where `workers` is not given (`static`)."),
      FieldSchema("buffer", .count, "Waiting calls (`static`); the default is 64 a worker."),
      FieldSchema("warm_start", .boolean, default: "false", "Make instances before the first call."),
      FieldSchema(
        "worker_class", .any, "Accepted without effect.",
        support: .ignored("guests are preempted, so they need no threads of their own")),
      FieldSchema("reuse", .count, default: "1", "Calls that one instance may serve."),
    ]), "How many calls run at once.")
}
