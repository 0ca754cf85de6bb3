import WippyRegistry
import WippyRuntime

extension RunOptions {
  /// Runs what is named to its end, and returns its exit code.
  func execute() throws(CommandFailure) -> Int32 {
    let target = try RunTarget(exec: exec, words: words)
    try check(target)
    if case .list = target {
      let registry = try ProjectAccess(project: project, settings: settings, isSilent: isSilent).registry()
      try CommandListing(registry).print(asJSON: asJSON)
      return ExitStatus.success
    }
    return try CommandRunner(self, target).run()
  }

  /// What `wippy run --help NAME` prints.
  func signature() throws(CommandFailure) -> String {
    let target = try RunTarget(exec: exec, words: words)
    try check(target)
    if case .list = target { return "Usage: wippy run list\n" }
    return try CommandRunner(self, target, needsHost: false).signature()
  }

  /// Options that say nothing about this target are mistakes.
  private func check(_ target: RunTarget) throws(CommandFailure) {
    if case .services = target, host != nil {
      throw .usage("`--host` is for commands: a service names its host itself")
    }
    if case .file = target {
      if host != nil { throw .usage("`--host` is for the project's commands: a bare file has no host") }
      return
    }
    let given = [
      ("--method", method != nil), ("--import", !imports.isEmpty), ("--env", !environment.isEmpty),
      ("--allow", !allow.isEmpty),
      ("--mount", !mounts.isEmpty),
    ]
    if let option = given.first(where: \.1)?.0 {
      throw .usage("`\(option)` is for bare files: an entry says this in its own fields")
    }
  }

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
    for text in allow {
      guard let rule = NetworkRule(text) else {
        throw .usage(
          "`--allow \(TerminalText.line(text))`: write `--allow HOST:PORT`, `--allow ADDRESS/BITS:PORT`, "
            + "`--allow *.DOMAIN:PORT` or `--allow listen:PORT`")
      }
      file.allow.append(rule)
    }
    for text in mounts { file.mounts.append(try mount(text)) }
    return file
  }

  /// `HOST::GUEST` or `HOST::GUEST:ro`
  private func mount(_ text: String) throws(CommandFailure) -> BareFile.Mount {
    let isReadOnly = text.hasSuffix(":ro")
    let places = isReadOnly ? text.dropLast(3) : text[...]
    guard let separator = places.range(of: "::", options: .backwards), separator.lowerBound > places.startIndex,
      places[separator.upperBound...].hasPrefix("/"), !text.contains("\0")
    else {
      throw .usage(
        "`--mount \(TerminalText.line(text))`: write `--mount HOST::GUEST` or `--mount HOST::GUEST:ro`, where HOST is a "
          + "directory and GUEST an absolute path")
    }
    return BareFile.Mount(
      hostPath: String(places[..<separator.lowerBound]), guestPath: String(places[separator.upperBound...]),
      isReadOnly: isReadOnly)
  }
}
