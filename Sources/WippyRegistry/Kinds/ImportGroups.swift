/// The import groups, as one table.
package enum ImportGroups {
  /// Every group, in the order of the documentation.
  package static let all: [ImportGroup] = [
    wasi("wasi:io", ["wasi:io/error", "wasi:io/streams", "wasi:io/poll"]),
    wasi("wasi:poll", ["wasi:io/poll"]),
    wasi("wasi:clocks", (["wall-clock", "monotonic-clock"])),
    wasi(
      "wasi:cli",
      ([
        "environment", "exit", "stdin", "stdout", "stderr", "terminal-input", "terminal-output",
        "terminal-stdin", "terminal-stdout", "terminal-stderr",
      ])),
    wasi("wasi:filesystem", (["types", "preopens"])),
    wasi("wasi:random", (["random", "insecure", "insecure-seed"])),
    wasi(
      "wasi:sockets",
      ([
        "network", "instance-network", "tcp", "tcp-create-socket", "udp", "udp-create-socket",
        "ip-name-lookup",
      ])),
    wasi("wasi:http", (["types", "outgoing-handler"])),
    ImportGroup(
      name: "wasi_snapshot_preview1", aliases: ["wasi1", "preview1", "wasi-preview1"],
      interfaces: ["wasi_snapshot_preview1"], versions: nil),
    ImportGroup(
      name: "wippy:process", aliases: [],
      interfaces: [
        "wippy:process/self", "wippy:process/mailbox", "wippy:process/messaging", "wippy:process/control",
      ], versions: "0.1."),
    ImportGroup(
      name: "wippy:runtime", aliases: ["funcs"], interfaces: ["wippy:runtime/funcs"], versions: "0.1."),
  ]

  /// What an item of `imports` grants: a group, an alias, or one interface of a group, with or without a version.
  package static func grant(_ item: String) -> Result<ImportGrant, ImportProblem> {
    let parts = item.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let version = parts.count == 2 ? String(parts[1]) : nil
    let found: (group: ImportGroup, interfaces: [String])
    if let group = all.first(where: { $0.name == name || $0.aliases.contains(name) }) {
      found = (group, group.interfaces)
    } else if let group = all.first(where: { $0.interfaces.contains(name) }) {
      found = (group, [name])
    } else {
      return .failure(ImportProblem(message: unknown(name)))
    }
    if let version, !serves(version, found.group) {
      let served = found.group.versions.map { "version \($0)x is served" } ?? "it has no versions"
      return .failure(ImportProblem(message: "`\(shortened(item))`: \(served): write `\(name)`"))
    }
    return .success(ImportGrant(text: item, group: found.group.name, interfaces: found.interfaces))
  }

  /// The group to list for an interface, which may carry a version; `nil` when no group has it.
  package static func group(ofInterface interface: String) -> String? {
    let name = interface.prefix { $0 != "@" }
    return all.first { $0.interfaces.contains(String(name)) }?.name
  }

  private static func unknown(_ name: String) -> String {
    let names = all.flatMap { [$0.name] + $0.aliases }
    let advice =
      suggestion(for: name, in: names) ?? suggestion(for: name, in: all.flatMap(\.interfaces))
      ?? "write one of \(all.map { "`\($0.name)`" }.joined(separator: ", "))"
    return "there is no import group `\(shortened(name))`: \(advice)"
  }

  private static func serves(_ version: String, _ group: ImportGroup) -> Bool {
    guard let prefix = group.versions, version.hasPrefix(prefix) else { return false }
    let patch = version.dropFirst(prefix.count)
    return !patch.isEmpty && patch.utf8.allSatisfy { (48...57).contains($0) }
  }

  private static func wasi(_ name: String, _ interfaces: [String]) -> ImportGroup {
    let qualified = interfaces.map { $0.contains("/") ? $0 : "\(name)/\($0)" }
    return ImportGroup(name: name, aliases: [], interfaces: qualified, versions: "0.2.")
  }

}

/// Why an item of `imports` grants nothing.
package struct ImportProblem: Error, Sendable, Hashable {
  package let message: String
}
