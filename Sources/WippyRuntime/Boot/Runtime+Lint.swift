import WippyEngine
import WippyRegistry

extension Registry {
  /// Checks what the definition files do not show: the binaries of all entries, their digests, functions and types.
  /// Nothing is compiled, and nothing started.
  ///
  /// - Returns: The registry's own problems and those of the binaries.
  package func lint() -> [Diagnostic] {
    var problems = diagnostics
    let loading = EntryLoading(registry: self, loader: GuestLoader(digests: DigestMemory(directory: nil)))
    for entry in entries(ofKindGlob: "process.wasm") where !hasError(entry.id) {
      if let problem = loading.problem(of: entry.id) { problems.append(problem) }
    }
    return problems
  }

  private func hasError(_ id: EntryID) -> Bool {
    diagnostics.contains { $0.entry == id && $0.severity == .error }
  }
}
