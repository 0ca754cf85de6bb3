import WippyComponent
import WippyEngine
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
  /// What `--allow` lists: where sockets may lead.
  package var allow: [NetworkRule] = []
  package var mounts: [Mount] = []
  /// It is asked over HTTP, and so may use the types of HTTP.
  package var servesHTTP = false

  package init(path: String) {
    self.path = path
  }

  /// A directory that the guest is given.
  package struct Mount: Sendable, Hashable {
    /// On this machine.
    package var hostPath: String
    /// An absolute path of the guest.
    package var guestPath: String
    package var isReadOnly: Bool

    package init(hostPath: String, guestPath: String, isReadOnly: Bool) {
      self.hostPath = hostPath
      self.guestPath = guestPath
      self.isReadOnly = isReadOnly
    }
  }
}

extension Runtime {
  /// Loads a binary that no entry describes.
  package func load(_ file: BareFile, toStart: Bool = false) throws(RuntimeError) -> LoadedEntry {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    let request = GuestLoader.Request(
      code: try code(of: file), shownPath: file.path, name: name, entry: nil, digest: nil, method: file.method, wit: nil
    )
    do {
      let granted = try grants(file.imports)
      let withNetwork = file.allow.isEmpty ? granted : granted.withNetwork
      let guest = try loader(toStart: toStart).load(
        request, provider: WASIProvider(grants: file.servesHTTP ? withNetwork.withHTTP : withNetwork, entry: nil))
      var wasi = WASIConfiguration()
      wasi.allow = file.allow
      return LoadedEntry(
        guest: guest, entry: nil, limits: WippyRegistry.ProcessLimits.builtIn, wasi: wasi,
        extraEnvironment: file.environment, extraMounts: file.mounts)
    } catch let problem as GuestProblem {
      throw .entry(problem.message)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw .entry("\(error)")
    }
  }

  private func code(of file: BareFile) throws(RuntimeError) -> GuestLoader.Code {
    guard file.path.hasSuffix(".wat") else { return .file(path: file.path) }
    do {
      let content = try GuestFile(path: file.path, digests: DigestMemory(directory: nil))
      guard let text = withExtendedLifetime(content, { String(validating: content.bytes, as: UTF8.self) }) else {
        throw RuntimeError.entry("\(file.path): it is no UTF-8 text: WebAssembly text was expected")
      }
      return .bytes(try WebAssemblyText.binary(of: text))
    } catch let error as RuntimeError {
      throw error
    } catch let error as GuestFileError {
      throw .entry("\(file.path): \(error.message)")
    } catch {
      throw .entry("\(file.path): \(error)")
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
