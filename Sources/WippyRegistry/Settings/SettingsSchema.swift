/// The table of `.wippy.yaml`: its sections with their fields.
enum SettingsSchema {
  static let sections: [FieldSchema] = [
    FieldSchema("version", .scalarText, "The version of the file."),
    FieldSchema(
      "logger",
      .object([
        FieldSchema(
          "level", .oneOf(["debug", "info", "warn", "error"]), "The least severe records to show."),
        FieldSchema("format", .oneOf(["console", "json"]), default: "console", "How records look."),
      ]), "Log records."),
    FieldSchema(
      "shutdown", .object([FieldSchema("timeout", .duration, "How long a shutdown may take in all.")]),
      "Stopping the runtime."),
    FieldSchema(
      "scheduler",
      .object([FieldSchema("tick_ms", .integer(1...10), default: "1", "The length of a clock tick.")]),
      "Running processes."),
    FieldSchema(
      "cache",
      .object([
        FieldSchema("directory", .name, "Where compiled code is kept, relative to the project root."),
        FieldSchema("max_size", .size, "The most that it may hold."),
      ]), "Compiled code."),
    FieldSchema("metrics", .map(.any), "What is measured, and where it goes."),
    FieldSchema("limits", .object(KindTable.limitFields), "Defaults for all entries."),
  ]
}
