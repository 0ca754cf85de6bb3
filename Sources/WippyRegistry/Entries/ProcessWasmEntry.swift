import WippyCore

/// A `process.wasm` entry, decoded.
package struct ProcessWasmEntry: Sendable {
  package let entry: Entry
  /// The filesystem that holds the binary.
  package let filesystem: EntryID
  /// The binary's path inside it.
  package let path: String
  package let hash: ContentDigest
  package let method: String
  package let wit: String?
  package let imports: [ImportGrant]
  package let wasi: WASIConfiguration
  /// The entry's own limits; `.wippy.yaml` and the built-in ones are merged in by `Registry.limits(of:)`.
  package let limits: ProcessLimits
  package let lifecycle: LifecycleConfiguration
  package let command: Command?

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "process.wasm")
    self.entry = entry
    filesystem = try reader.requiredReference("fs")
    path = try reader.requiredText("path")
    guard let hash = ContentDigest(try reader.requiredText("hash")) else {
      throw reader.invalid("hash", "the digest is malformed")
    }
    self.hash = hash
    method = try reader.requiredText("method")
    wit = reader.text("wit")
    var grants: [ImportGrant] = []
    for (index, item) in reader.texts("imports").enumerated() {
      switch ImportGroups.grant(item) {
      case .success(let grant): grants.append(grant)
      case .failure(let problem): throw reader.invalid("imports[\(index)]", problem.message)
      }
    }
    imports = grants
    wasi = try WASIConfiguration(reader.object("wasi"))
    limits = ProcessLimits(reader.object("limits"))
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
    command = Command(entry)
  }
}
