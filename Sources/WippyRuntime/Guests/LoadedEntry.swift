import WippyCore
import WippyRegistry

/// A `process.wasm` entry with its binary, ready to be started.
package final class LoadedEntry: Sendable {
  package let guest: LoadedGuest
  /// `nil` for a bare file.
  package let entry: WasmEntry?
  /// Of a bare file, one in the namespace `file`.
  package let entryID: EntryID
  /// Complete: with all defaults.
  package let limits: WippyRegistry.ProcessLimits
  /// What the guest sees of the outside, but for what is only known at each start.
  let wasi: WASIConfiguration
  /// Environment that was given on the command line, for a bare file.
  let extraEnvironment: [(name: String, value: String)]
  /// Directories that were given on the command line, for a bare file.
  let extraMounts: [BareFile.Mount]

  init(
    guest: LoadedGuest, entry: WasmEntry?, limits: WippyRegistry.ProcessLimits, wasi: WASIConfiguration,
    extraEnvironment: [(name: String, value: String)] = [], extraMounts: [BareFile.Mount] = []
  ) {
    self.guest = guest
    self.entry = entry
    entryID = entry?.id ?? EntryID(namespace: "file", name: guest.name)
    self.limits = limits
    self.wasi = wasi
    self.extraEnvironment = extraEnvironment
    self.extraMounts = extraMounts
  }

  /// Whether a start has something to resolve, which can fail.
  var hasSurroundings: Bool {
    !wasi.environment.isEmpty || !wasi.mounts.isEmpty || !extraEnvironment.isEmpty || !extraMounts.isEmpty
  }

  /// Whether requests go to its `wasi:http/incoming-handler`.
  var servesHTTP: Bool {
    entry?.entry.fields["transport"] == .string("wasi-http")
      && guest.export.interface?.hasPrefix("wasi:http/incoming-handler") == true
  }
}
