import ArgumentParser
import WippyCore

/// `wippy hash`
struct HashCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hash", abstract: "Prints a file's integrity value, or refreshes those of the project.",
    usage: "wippy hash <file> ...\nwippy hash --write [-C <dir>]")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Write the present digest of each binary into the `hash` of its entry.")
  var write = false

  @Argument(help: "The files to hash.")
  var files: [String] = []

  func validate() throws {
    if write, !files.isEmpty {
      throw ValidationError("--write refreshes the entries of the project and takes no files")
    }
    if !write, files.isEmpty {
      throw ValidationError("name a file, or write --write to refresh the project's entries")
    }
  }

  func run() throws {
    if write { return try refresh() }
    var hashes: [(file: String, hash: String)] = []
    for file in files { hashes.append((file, try WasmFile(file).hash)) }
    if common.json {
      return try StandardOutput.write(
        json: .array(
          hashes.map { .table([.init("file", .string($0.file)), .init("hash", .string($0.hash))]) }))
    }
    // A single value is there to be pasted, or taken by a script.
    let lines = hashes.map { hashes.count == 1 ? $0.hash : "\($0.hash)  \(TerminalText.line($0.file))" }
    try StandardOutput.write(lines.map { $0 + "\n" }.joined())
  }

  private func refresh() throws {
    let registry = try common.loadUncheckedRegistry()
    let outcome = try HashRefresh(registry).run(silent: common.silent)
    if common.json {
      try StandardOutput.write(json: .array(outcome.changes.map(\.json)))
    } else {
      try StandardOutput.write(outcome.text)
    }
    if !outcome.problems.isEmpty { throw CommandFailure(outcome.problems.map { Problem(.error, $0) }) }
  }
}
