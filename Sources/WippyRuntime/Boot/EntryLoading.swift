import WippyComponent
import WippyCore
import WippyEngine
import WippyRegistry
import WippyWASI

/// Turns a `process.wasm` entry into a loaded one; its problems have the positions of the entry's fields.
struct EntryLoading {
  let registry: Registry
  let loader: GuestLoader

  func load(_ id: EntryID) throws(RuntimeError) -> LoadedEntry {
    do throws(Problem) {
      return try checked(id)
    } catch {
      throw .entry(error.text)
    }
  }

  /// What keeps an entry from being loaded; `nil` when nothing does.
  func problem(of id: EntryID) -> Diagnostic? {
    do throws(Problem) {
      _ = try checked(id)
      return nil
    } catch {
      switch error {
      case .diagnostic(let diagnostic): return diagnostic
      case .registry(let registryError):
        let place = registry.entry(id)?.position ?? SourcePosition(file: "?")
        return Diagnostic(.error, place, entry: id, "\(registryError)")
      }
    }
  }

  private enum Problem: Error {
    case diagnostic(Diagnostic)
    case registry(RegistryError)

    var text: String {
      switch self {
      case .diagnostic(let diagnostic): "\(diagnostic)"
      case .registry(let error): "\(error)"
      }
    }
  }

  private func checked(_ id: EntryID) throws(Problem) -> LoadedEntry {
    let wasm: WasmEntry
    let code: GuestLoader.Code
    var digest: ContentDigest?
    do throws(RegistryError) {
      let entry = try registry.requireEntry(id)
      if let reason = Self.whyNotStartable(entry) { throw .invalidField(entry.diagnostic(.error, reason)) }
      wasm = try WasmEntry(entry)
      switch wasm.code {
      case .binary(let filesystem, let path, let hash):
        let directory = try FilesystemResolver(registry).directory(of: filesystem)
        code = .file(path: directory + "/" + (try inner(path, of: wasm, filesystem)))
        digest = hash
      case .text(let text): code = .bytes(try binary(of: text, wasm))
      }
    } catch {
      if case .invalidField(let diagnostic) = error { throw .diagnostic(diagnostic) }
      throw .registry(error)
    }
    let servesHTTP = wasm.entry.fields["transport"] == .string("wasi-http")
    let method = servesHTTP && wasm.method == "handle" ? ComponentHandler.method : wasm.method
    let request = GuestLoader.Request(
      code: code, shownPath: wasm.codeName, name: id.name, entry: id, digest: digest, method: method,
      wit: wasm.wit)
    do throws(GuestProblem) {
      // Who answers requests has the types of that, and sends none without a grant.
      let grants = CapabilityGrants(wasm.imports)
      let provider = WASIProvider(grants: servesHTTP ? grants.withHTTPTypes : grants, entry: id)
      let guest = try loader.load(request, provider: provider)
      return LoadedEntry(guest: guest, entry: wasm, limits: registry.limits(of: wasm), wasi: wasm.wasi)
    } catch {
      throw .diagnostic(wasm.entry.diagnostic(at: error.field, error.message))
    }
  }

  private static func whyNotStartable(_ entry: Entry) -> String? {
    guard entry.unsupported.isEmpty else {
      return "it cannot be started: \(entry.unsupported.joined(separator: "; "))"
    }
    switch entry.kind {
    case "process.wasm", "function.wasm", "function.wat": return nil
    default: return "it cannot be started: a \(entry.kind) is not a process"
    }
  }

  /// The place of a binary inside of its filesystem entry.
  private func inner(
    _ path: String, of entry: WasmEntry, _ filesystem: EntryID
  ) throws(RegistryError) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !parts.contains("..") else {
      throw .invalidField(
        entry.entry.diagnostic(at: "path", "`\(path)` is no path inside of \(filesystem): write `/name.wasm`"))
    }
    return parts.map(String.init).joined(separator: "/")
  }

  private func binary(of text: String, _ entry: WasmEntry) throws(RegistryError) -> [UInt8] {
    do {
      return try WebAssemblyText.binary(of: text)
    } catch {
      throw .invalidField(entry.entry.diagnostic(at: "source", "\(error)"))
    }
  }
}
