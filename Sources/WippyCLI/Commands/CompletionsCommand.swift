import ArgumentParser

/// `wippy completions SHELL`
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Prints the completion script of a shell.",
    discussion: "bash: source <(wippy completions bash). zsh: write it to a file `_wippy` in your fpath. "
      + "fish: write it to ~/.config/fish/completions/wippy.fish.")

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash
    case zsh
    case fish
  }

  @OptionGroup var common: CommonOptions

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() throws {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    try StandardOutput.write(WippyCommand.completionScript(for: kind) + "\n")
  }
}
