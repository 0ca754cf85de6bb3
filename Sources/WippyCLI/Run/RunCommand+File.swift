import WippyRuntime

extension RunCommand {
  /// The bare file `path` with the options that stand for an entry.
  func bareFile(_ path: String) throws(CommandFailure) -> BareFile {
    var file = BareFile(path: path)
    file.method = method
    file.imports = imports
    for text in environment {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !text.contains("\0") else {
        throw .usage("`--env \(TerminalText.line(text))`: write `--env NAME=VALUE`")
      }
      file.environment.append((name: String(parts[0]), value: String(parts[1])))
    }
    return file
  }
}
