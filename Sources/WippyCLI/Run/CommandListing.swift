import WippyCore
import WippyRegistry

/// `wippy run list`: the commands of a project. Nothing is started, and no binary is opened.
struct CommandListing {
  let commands: [Command]

  init(_ registry: Registry) { commands = registry.commands }

  func print(asJSON: Bool) throws(CommandFailure) {
    if asJSON { return try StandardOutput.write(json: json) }
    try StandardOutput.write(text)
  }

  var text: String {
    guard !commands.isEmpty else {
      return """
        No commands. A process entry becomes one with these lines:

          meta:
            command:
              name: greet
              short: What it does, in a few words

        """
    }
    var columns = Columns()
    for command in commands { columns.add(command.name + " ", command.short, "(\(command.entry))") }
    return "Available commands:\n\n\(columns.text)\nRun one with: wippy run <command>\n"
  }

  var json: Value {
    .array(
      commands.map {
        .table([
          .init("name", .string($0.name)), .init("short", .string($0.short)),
          .init("entry", .string("\($0.entry)")),
        ])
      })
  }
}
