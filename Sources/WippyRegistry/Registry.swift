import WippyCore

/// The entries of a project, read and checked.
///
/// A class, because what is started refers to it. It is complete also when there are problems: `diagnostics` has all of them, and what could be read is there.
package final class Registry: Sendable {
  package let project: Project
  package let settings: RuntimeSettings
  /// Every problem, in the order of files and lines.
  package let diagnostics: [Diagnostic]
  /// All entries, sorted by id.
  package let entries: [Entry]
  /// The commands of `wippy run`, sorted by name.
  package let commands: [Command]
  /// The definition files that were found, as messages name them.
  package let definitionFiles: [String]
  private let byID: [EntryID: Entry]
  private let graph: DependencyGraph

  init(
    project: Project, settings: RuntimeSettings, diagnostics: [Diagnostic], entries: [EntryID: Entry],
    graph: DependencyGraph, definitionFiles: [String]
  ) {
    self.project = project
    self.settings = settings
    self.diagnostics = diagnostics
    self.definitionFiles = definitionFiles
    self.entries = entries.values.sorted { $0.id < $1.id }
    commands = self.entries.compactMap(Command.init).sorted { ($0.name, $0.entry) < ($1.name, $1.entry) }
    byID = entries
    self.graph = graph
  }

  /// Whether anything must be put right before something starts.
  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// No lock file, no settings and no definition file: there is no project here.
  package var isMissing: Bool { !project.isMarked && definitionFiles.isEmpty }

  package func entry(_ id: EntryID) -> Entry? { byID[id] }

  /// The entry, or an error that names the nearest ids.
  package func requireEntry(_ id: EntryID) throws(RegistryError) -> Entry {
    if let entry = byID[id] { return entry }
    throw .unknownEntry(id, suggestion: suggestion(for: "\(id)", in: entries.lazy.map { "\($0.id)" }))
  }

  /// The entries whose kind `glob` describes (`process.*`), sorted by id.
  package func entries(ofKindGlob glob: String) -> [Entry] {
    entries.filter { globMatches(glob, $0.kind) }
  }

  package func command(named name: String) -> Command? { commands.first { $0.name == name } }

  /// What an entry needs directly: `requires`, `depends_on` and every other reference, in the order of its fields.
  package func dependencies(of id: EntryID) -> [EntryID] { graph.dependencies(of: id) }

  /// `roots` and everything that they need, each once, dependencies first.
  package func bootOrder(of roots: [EntryID]) -> [EntryID] { graph.order(from: roots) }

  /// An entry's limits, with the defaults of `.wippy.yaml` and the built-in ones.
  package func limits(of entry: WasmEntry) -> ProcessLimits {
    entry.limits.merged(over: settings.limits).merged(over: .builtIn)
  }

  package func limits(of entry: LuaEntry) -> ProcessLimits {
    entry.limits.merged(over: settings.limits).merged(over: .builtInLua)
  }
}
