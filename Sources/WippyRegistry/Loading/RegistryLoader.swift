import WippyCore

extension Registry {
  /// Reads and checks all files of a project. It does not throw: problems are the registry's `diagnostics`.
  ///
  /// - Parameters:
  ///   - environment: for `${env:NAME}`.
  ///   - overrides: `--set section.path=value`.
  package static func load(
    _ project: Project, environment: [String: String],
    overrides: [String] = []
  ) -> Registry {
    var loader = RegistryLoader(project: project, environment: environment)
    return loader.load(overrides: overrides)
  }
}

/// Reads the definition files of a project, and puts a registry together.
private struct RegistryLoader {
  private let project: Project
  private let environment: [String: String]
  private var diagnostics: [Diagnostic]
  private var files: [String] = []
  private var ordered: [Entry] = []
  private var entries: [EntryID: Entry] = [:]
  private var references: [EntryID: [EntryReference]] = [:]
  private var unknownKinds: Set<EntryID> = []
  private var brokenNamespaces: Set<String>? = []

  init(project: Project, environment: [String: String]) {
    self.project = project
    self.environment = environment
    diagnostics = project.diagnostics
  }

  mutating func load(overrides: [String]) -> Registry {
    let (settings, problems) = RuntimeSettings.load(project, overrides: overrides, environment: environment)
    diagnostics += problems
    loadTree(project.sourceDirectory)
    for module in project.modules { load(module) }

    diagnostics += UniquenessRules.diagnostics(ordered)
    diagnostics +=
      ReferenceRules(
        entries: entries, references: references, unknownKinds: unknownKinds,
        brokenNamespaces: brokenNamespaces
      ).diagnostics()
    let graph = DependencyGraph(entries: entries, references: references)
    reportCycles(graph)
    diagnostics.sort { ($0.position, $0.message) < ($1.position, $1.message) }
    return Registry(
      project: project, settings: settings, diagnostics: diagnostics, entries: entries, graph: graph,
      definitionFiles: files)
  }

  private mutating func loadTree(_ directory: String) {
    let base = FilePath.resolved(directory) ?? directory
    let skipping = [
      project.modulesDirectory, FilePath.resolved(project.modulesDirectory), project.lockFile,
      project.settingsFile,
    ].compactMap(\.self).filter { $0 != base }
    let limit = project.isMarked ? SourceTree.limit : SourceTree.unmarkedLimit
    let tree = SourceTree(root: base, projectRoot: project.root, skipping: skipping, limit: limit)
    for problem in tree.problems {
      let severity: Diagnostic.Severity = tree.isTooLarge && project.isMarked ? .error : .warning
      diagnostics.append(
        Diagnostic(severity, SourcePosition(file: project.shortName(problem.path)), problem.message))
    }
    for file in tree.files { load(file, sourceDirectory: base) }
  }

  private mutating func load(_ module: VendoredModule) {
    let places = module.places(in: project.modulesDirectory)
    if let place = places.first(where: FilePath.isDirectory) { return loadTree(place) }
    let packed = places.map { $0 + ".wapp" }.first(where: FilePath.isFile)
    let looked = project.shortName(places.first ?? project.modulesDirectory)
    let message =
      packed.map { "it is packed as \(project.shortName($0)): unpack it into \(looked)" }
      ?? "put it into \(looked), or remove it from wippy.lock"
    diagnostics.append(
      Diagnostic(.error, module.position, "the module `\(module.name)` is missing: \(message)"))
  }

  private mutating func load(_ path: String, sourceDirectory: String) {
    let name = project.shortName(path)
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(path, limit: FileContents.textLimit)
    } catch {
      // A file of data that happens to be large is nobody's problem.
      if FilePath.lastComponent(path).hasPrefix("_index.") {
        diagnostics.append(Diagnostic(.error, SourcePosition(file: name), "\(error)"))
        brokenNamespaces = nil
      }
      return
    }
    guard DefinitionFile.mayDefine(bytes) else { return }
    switch SourceParser.parse(bytes, file: name) {
    case .failure(let problem):
      guard DefinitionFile.looksLikeDefinition(bytes, name: FilePath.lastComponent(path)) else { return }
      files.append(name)
      diagnostics.append(Diagnostic(.error, problem.position, problem.message))
      if let namespace = DefinitionFile.guessedNamespace(bytes) {
        brokenNamespaces?.insert(namespace)
      } else {
        brokenNamespaces = nil
      }
    case .success(nil): break
    case .success(let root?):
      load(root, path: path, name: name, sourceDirectory: sourceDirectory)
    }
  }

  private mutating func load(_ root: SourceNode, path: String, name: String, sourceDirectory: String) {
    var found: [Diagnostic] = []
    let file = DefinitionFile(root) { found.append(Diagnostic($0, $1, $2)) }
    diagnostics += found
    if file != nil || !found.isEmpty { files.append(name) }
    guard let file else { return }
    let directory = FilePath.directory(of: path)
    let preparation = EntryPreparation(
      substitution: EnvironmentSubstitution(environment: environment), directory: directory,
      sourceDirectory: sourceDirectory)
    let validator = EntryValidator(namespace: file.namespace, directory: directory)
    for node in file.entries {
      let guessed = node["name"]?.scalar.flatMap { EntryID($0.text, in: file.namespace) }
      var problems: [Diagnostic] = []
      let prepared = preparation.prepare(node) { problems.append(Diagnostic(.error, $0, entry: guessed, $1)) }
      diagnostics += problems
      add(validator.validate(prepared))
    }
  }

  private mutating func add(_ outcome: EntryValidator.Outcome) {
    diagnostics += outcome.diagnostics
    guard let entry = outcome.entry else { return }
    if let first = entries[entry.id] {
      diagnostics.append(
        entry.diagnostic(
          at: "name", "there is already an entry `\(entry.id)` at \(first.position): choose another name"))
      return
    }
    entries[entry.id] = entry
    ordered.append(entry)
    references[entry.id] = outcome.references
    if !outcome.kindIsKnown { unknownKinds.insert(entry.id) }
  }

  private mutating func reportCycles(_ graph: DependencyGraph) {
    for cycle in graph.cycles(among: entries.keys.sorted()) {
      // Told at the first entry of the files, so that the same cycle always has the same place.
      guard let first = cycle.indices.min(by: { place(cycle[$0]) < place(cycle[$1]) }) else { continue }
      let ring = Array(cycle[first...] + cycle[..<first])
      let next = ring.count > 1 ? ring[1] : ring[0]
      let reference = references[ring[0]]?.first { $0.target == next }
      let path = (ring + [ring[0]]).map { "\($0)" }.joined(separator: " -> ")
      diagnostics.append(
        Diagnostic(
          .error, reference?.position ?? place(ring[0]), entry: ring[0],
          "these entries need each other: \(path): remove one of the references"))
    }
  }

  private func place(_ id: EntryID) -> SourcePosition {
    entries[id]?.position ?? SourcePosition(file: "")
  }
}
