import ArgumentParser

/// `wippy init [DIR]`
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Writes a small working project; never overwrites.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "Where the project is to be; the working directory if it is missing.")
  var directory: String?

  func validate() throws {
    if directory != nil, common.project != nil {
      throw ValidationError("name the directory once: -C DIR or DIR")
    }
  }

  func run() throws {
    let root = directory ?? common.project ?? "."
    let written = try ProjectTemplate.write(to: root)
    var text = written.isEmpty ? "wippy.lock is already there: nothing to write\n" : ""
    for file in written { text += "wrote \(TerminalText.line(root == "." ? file : "\(root)/\(file)"))\n" }
    if written.count > 1 {
      text += "\nTry it: \(root == "." ? "" : "cd \(TerminalText.line(root)) && ")wippy run greet World\n"
    }
    try StandardOutput.write(text)
  }
}
