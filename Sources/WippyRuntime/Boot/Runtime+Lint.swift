import WippyEngine
import WippyRegistry

extension Registry {
  /// Checks what the definition files do not show: the binaries of all entries, their digests, functions and types; the
  /// sources in Lua; and what needs what to start. No binary is compiled, and nothing started.
  ///
  /// - Returns: The registry's own problems and those that were found.
  package func lint() -> [Diagnostic] {
    var problems = diagnostics
    let loading = EntryLoading(registry: self, loader: GuestLoader(digests: DigestMemory(directory: nil)))
    let lua = LuaLoading(registry: self)
    for entry in entries where !hasError(entry.id) && entry.unsupported.isEmpty {
      switch entry.kind {
      case "process.wasm", "function.wasm", "function.wat":
        if let problem = loading.problem(of: entry.id) { problems.append(problem) }
      case "process.lua", "function.lua", "library.lua": problems += lua.problems(of: entry.id)
      default: continue
      }
    }
    if !hasErrors { problems += serviceProblems }
    // A library's problem is found again by whoever imports it.
    var seen: Set<Diagnostic> = []
    return problems.filter { seen.insert($0).inserted }
  }

  /// Services that need each other through the trees of supervisors, which the entries alone do not show.
  private var serviceProblems: [Diagnostic] {
    do {
      let units = try ServiceUnits(self)
      let running = entries.filter { $0.kind == "process.service" || $0.kind == "process.supervisor" }.map(\.id)
      guard let cycle = ServiceBoot.cycle(try units.units(units.owners(of: running))) else { return [] }
      return [cycle]
    } catch {
      // What cannot be read was reported when the registry was loaded.
      return []
    }
  }

  private func hasError(_ id: EntryID) -> Bool {
    diagnostics.contains { $0.entry == id && $0.severity == .error }
  }
}
