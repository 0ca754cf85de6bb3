import WippyCore
import WippyLua
import WippyRegistry

/// Turns a Lua entry into compiled code, with the libraries that it imports; problems have the positions of its fields,
/// or of the line of its source.
struct LuaLoading {
  let registry: Registry

  /// The code of a process or of a function.
  ///
  /// - Parameter services: What its processes have around them.
  func load(_ id: EntryID, services: (LuaEntry) -> LuaServices) throws(RuntimeError) -> LoadedLua {
    do throws(Problem) {
      let entry = try lua(id)
      guard let method = entry.method else {
        throw Problem(entry.entry.diagnostic(.error, "a library is not a process"))
      }
      var path: [EntryID] = []
      let unit = try unit(of: entry, path: &path)
      return LoadedLua(
        entry: entry, unit: unit, method: method, limits: registry.limits(of: entry), services: services(entry))
    } catch {
      throw .entry(error.diagnostic.description)
    }
  }

  /// What is wrong with an entry's code, as far as that can be said without running it.
  func problems(of id: EntryID) -> [Diagnostic] {
    do throws(Problem) {
      var path: [EntryID] = []
      let entry = try lua(id)
      _ = try unit(of: entry, path: &path)
      return survey(entry)
    } catch {
      return [error.diagnostic]
    }
  }

  private func survey(_ entry: LuaEntry) -> [Diagnostic] {
    let survey = LuaSurvey(entry.source)
    var problems: [Diagnostic] = []
    for requirement in survey.requirements {
      let name = requirement.name
      guard !entry.modules.contains(name), !entry.libraries.contains(where: { $0.alias == name }),
        !LuaServices.globalModuleNames.contains(name)
      else { continue }
      let advice =
        LuaModuleNames.known.contains(name)
        ? "add `modules: [\(name)]` to the entry"
        : "it is none of wippy's modules: import a library, `imports: {\(name): namespace:library}`, or write "
          + (suggestion(for: name, in: LuaModuleNames.known) ?? "another name")
      let place = SourcePosition(
        file: entry.file, line: entry.firstLine + requirement.line - 1, column: requirement.column)
      problems.append(
        Diagnostic(.error, place, entry: entry.id, "`require(\"\(name)\")`: the entry does not list it: \(advice)"))
    }
    // A table that a library returns may have any fields.
    if let method = entry.method, entry.libraries.isEmpty, !survey.mayDefine(method) {
      problems.append(
        entry.entry.diagnostic(
          at: "method",
          "there is no `\(method)` in \(entry.file): write a global function of that name, or return a table that has it"
        ))
    }
    return problems
  }

  private struct Problem: Error {
    let diagnostic: Diagnostic

    init(_ diagnostic: Diagnostic) {
      self.diagnostic = diagnostic
    }
  }

  private func lua(_ id: EntryID) throws(Problem) -> LuaEntry {
    do throws(RegistryError) {
      let entry = try registry.requireEntry(id)
      guard entry.unsupported.isEmpty else {
        throw .invalidField(
          entry.diagnostic(.error, "it cannot be started: \(entry.unsupported.joined(separator: "; "))"))
      }
      return try LuaEntry(entry)
    } catch {
      if case .invalidField(let diagnostic) = error { throw Problem(diagnostic) }
      let place = registry.entry(id)?.position ?? SourcePosition(file: "?")
      throw Problem(Diagnostic(.error, place, entry: id, "\(error)"))
    }
  }

  /// - Parameter path: The entries that import this one, to find a cycle.
  private func unit(of entry: LuaEntry, path: inout [EntryID]) throws(Problem) -> LuaUnit {
    guard !path.contains(entry.id) else {
      let cycle = (path + [entry.id]).map { "\($0)" }.joined(separator: " -> ")
      throw Problem(entry.entry.diagnostic(at: "imports", "libraries import each other in a circle: \(cycle)"))
    }
    path.append(entry.id)
    defer { path.removeLast() }
    for (index, module) in entry.modules.enumerated() {
      if let problem = LuaModuleNames.problem(with: module) {
        throw Problem(entry.entry.diagnostic(at: "modules[\(index)]", problem))
      }
    }
    var imports: [String: LuaUnit] = [:]
    for library in entry.libraries {
      imports[library.alias] = try unit(of: try lua(library.entry), path: &path)
    }
    return LuaUnit(
      chunk: try chunk(of: entry), entry: "\(entry.id)", modules: entry.modules, imports: imports)
  }

  private func chunk(of entry: LuaEntry) throws(Problem) -> LuaChunk {
    // Lua counts lines from the beginning of what it gets.
    let source = String(repeating: "\n", count: max(0, entry.firstLine - 1)) + entry.source
    do {
      return try LuaChunk.compile(source, name: entry.file)
    } catch {
      let place = SourcePosition(file: error.file, line: error.line, column: 1)
      throw Problem(Diagnostic(.error, place, entry: entry.id, error.message))
    }
  }
}
