extension KindTable {
  static let storageKinds: [KindSchema] = [
    KindSchema(
      "fs.directory", "A directory as a filesystem.",
      [
        FieldSchema("directory", .name, required: true, "The directory, relative to the project root."),
        FieldSchema("auto_init", .boolean, default: "false", "Create it when it is missing."),
        FieldSchema("mode", .fileMode, default: "\"0755\"", "Permissions of the directory that is created."),
        .absent("base"),
        idleLifecycle,
      ]),
    KindSchema("env.storage.os", "The operating system's environment.", [idleLifecycle]),
    KindSchema(
      "env.storage.memory", "Variables that live as long as the runtime.",
      [FieldSchema("values", .map(.scalarText), "What it holds at the start."), idleLifecycle]),
    KindSchema(
      "env.storage.static", "Variables that nobody can change.",
      [FieldSchema("values", .map(.scalarText), required: true, "What it holds."), idleLifecycle]),
    KindSchema(
      "env.storage.file", "Variables in a file of lines `KEY=VALUE`.",
      [
        FieldSchema("file_path", .name, required: true, "The file, relative to the project root."),
        FieldSchema("auto_create", .boolean, default: "false", "Create it when it is missing."),
        FieldSchema("file_mode", .fileMode, default: "\"0600\"", "Permissions of the file that is created."),
        .absent("dir_mode"),
        idleLifecycle,
      ]),
    KindSchema(
      "env.storage.router", "Several storages as one.",
      [
        FieldSchema(
          "storages", .list(.reference(["env.storage.*"])), required: true,
          "The first that has a variable wins; writes go to the first."),
        idleLifecycle,
      ]),
    KindSchema(
      "env.variable", "A variable of a storage.",
      [
        FieldSchema(
          "variable", .text(.variableName),
          "Its public name, and its name in the storage; without it the variable is reached by id."),
        FieldSchema("storage", .reference(["env.storage.*"]), required: true, "Where its value is."),
        FieldSchema("default", .scalarText, "Its value where the storage has none."),
        FieldSchema("read_only", .boolean, aliases: ["readonly"], default: "false", "Nobody can set it."),
        idleLifecycle,
      ]),
  ]

  static let hostKinds: [KindSchema] = [
    KindSchema(
      "process.host", "Runs processes.",
      [
        FieldSchema(
          "host",
          .object([
            FieldSchema("workers", .count, "Threads; the default is the number of cores."),
            FieldSchema("queue_size", .count, "Processes that wait for a worker."),
            FieldSchema("local_queue_size", .count, "Processes that wait for one worker."),
            FieldSchema(
              "max_processes", .integer(0...Int64(Int32.max)), default: "0", "0 means what the machine holds."
            ),
          ]), "Its size."),
        lifecycle,
      ]),
    KindSchema(
      "terminal.host", "Has the terminal and runs one command.",
      [FieldSchema("hide_logs", .boolean, default: "false", "Show no log records."), lifecycle]),
  ]
}
