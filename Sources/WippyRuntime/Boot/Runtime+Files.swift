import WippyComponent
import WippyRegistry
import WippyWASI

/// A binary that runs without a project.
package struct BareFile: Sendable {
  package var path: String
  /// The function; `nil` where there is only one thing to run.
  package var method: String?
  /// What `--import` grants; empty for everything but the network.
  package var imports: [String] = []
  package var environment: [(name: String, value: String)] = []

  package init(path: String) {
    self.path = path
  }
}

extension Runtime {
  /// Loads a binary that no entry describes.
  package func load(_ file: BareFile) throws(RuntimeError) -> LoadedEntry {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    let request = GuestLoader.Request(
      path: file.path, shownPath: file.path, name: name, entry: nil, digest: nil, method: file.method, wit: nil)
    do {
      let guest = try loader.load(request, provider: WASIProvider(grants: try grants(file.imports), entry: nil))
      return LoadedEntry(
        guest: guest, entry: nil, limits: WippyRegistry.ProcessLimits.builtIn, wasi: WASIConfiguration(),
        extraEnvironment: file.environment)
    } catch let problem as GuestProblem {
      throw .entry(problem.message)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw .entry("\(error)")
    }
  }

  private func grants(_ imports: [String]) throws(RuntimeError) -> CapabilityGrants {
    if imports.isEmpty { return .bareFile }
    if imports.contains("all") { return .all }
    var grants: [ImportGrant] = []
    for item in imports {
      switch ImportGroups.grant(item) {
      case .success(let grant): grants.append(grant)
      case .failure(let problem): throw .configuration("--import: \(problem.message)")
      }
    }
    return CapabilityGrants(grants)
  }
}
