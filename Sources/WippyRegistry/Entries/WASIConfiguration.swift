import WippyCore

/// `wasi`: what a guest sees.
package struct WASIConfiguration: Sendable, Hashable {
  package var arguments: [String]
  /// An absolute path of the guest.
  package var workingDirectory: String
  package var environment: [Variable]
  package var allow: [NetworkRule]
  package var mounts: [Mount]

  /// One item of `env`.
  package struct Variable: Sendable, Hashable {
    package var id: EntryID
    /// The variable's name in the guest.
    package var name: String
    package var isRequired: Bool
    /// Where it stands in the entry: `wasi.env[0]`.
    package var path: String
  }

  /// One item of `mounts`.
  package struct Mount: Sendable, Hashable {
    package var filesystem: EntryID
    /// An absolute path of the guest.
    package var guestPath: String
    package var isReadOnly: Bool
    /// Where it stands in the entry: `wasi.mounts[0]`.
    package var path: String
  }

  package init() {
    arguments = []
    workingDirectory = "/"
    environment = []
    allow = []
    mounts = []
  }

  init(_ reader: EntryReader?) throws(RegistryError) {
    self.init()
    guard let reader else { return }
    arguments = reader.texts("args")
    workingDirectory = reader.text("cwd") ?? "/"
    allow = reader.object("network")?.texts("allow").compactMap(NetworkRule.init) ?? []
    for item in reader.objects("env") {
      environment.append(
        Variable(
          id: try item.requiredReference("id"), name: try item.requiredText("name"),
          isRequired: item.boolean("required") ?? false, path: item.path))
    }
    for item in reader.objects("mounts") {
      mounts.append(
        Mount(
          filesystem: try item.requiredReference("fs"), guestPath: try item.requiredText("guest"),
          isReadOnly: item.boolean("read_only") ?? false, path: item.path))
    }
  }
}
