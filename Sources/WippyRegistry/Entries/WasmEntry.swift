import WippyCore

/// A `process.wasm`, `function.wasm` or `function.wat` entry, decoded.
package struct WasmEntry: Sendable {
  /// Where the code is.
  package enum Code: Sendable, Hashable {
    /// A file inside of a filesystem entry, with the digest that it has to have.
    case binary(filesystem: EntryID, path: String, hash: ContentDigest)
    /// WebAssembly text.
    case text(String)
  }

  package let entry: Entry
  package let code: Code
  package let method: String
  package let wit: String?
  package let imports: [ImportGrant]
  package let wasi: WASIConfiguration
  /// The entry's own limits; `.wippy.yaml` and the built-in ones are merged in by `Registry.limits(of:)`.
  package let limits: ProcessLimits
  package let lifecycle: LifecycleConfiguration
  package let command: Command?

  package var id: EntryID { entry.id }

  /// What messages call the code: the path inside of its filesystem, or the entry's field.
  package var codeName: String {
    switch code {
    case .binary(_, let path, _): path
    case .text: "`source`"
    }
  }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: entry.kind.hasPrefix("function.wa") ? "function.wa*" : "process.wasm")
    self.entry = entry
    code = try entry.kind == "function.wat" ? .text(reader.requiredText("source")) : WasmEntry.binary(reader)
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

  private static func binary(_ reader: EntryReader) throws(RegistryError) -> Code {
    guard let hash = ContentDigest(declared: try reader.requiredText("hash")) else {
      throw reader.invalid("hash", "the digest is malformed")
    }
    return .binary(
      filesystem: try reader.requiredReference("fs"), path: try reader.requiredText("path"), hash: hash)
  }
}
