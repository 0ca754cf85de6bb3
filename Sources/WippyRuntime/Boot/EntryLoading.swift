import WippyComponent
import WippyCore
import WippyRegistry
import WippyWASI

/// Turns a `process.wasm` entry into a loaded one; its problems have the positions of the entry's fields.
struct EntryLoading {
  let registry: Registry
  let loader: GuestLoader

  func load(_ id: EntryID) throws(RuntimeError) -> LoadedEntry {
    do {
      let entry = try registry.requireEntry(id)
      guard entry.unsupported.isEmpty else {
        throw RuntimeError.entry(
          "\(entry.position): \(id): cannot be started: \(entry.unsupported.joined(separator: "; "))")
      }
      guard entry.kind == "process.wasm" else {
        throw RuntimeError.entry(
          "\(entry.position): \(id): a \(entry.kind) cannot be started yet: that comes with a later version")
      }
      let wasm = try ProcessWasmEntry(entry)
      return LoadedEntry(
        guest: try guest(wasm), entry: wasm, limits: registry.limits(of: wasm), wasi: wasm.wasi)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw .entry("\(error)")
    }
  }

  private func guest(_ entry: ProcessWasmEntry) throws -> LoadedGuest {
    let directory = try FilesystemResolver(registry).directory(of: entry.filesystem)
    let request = GuestLoader.Request(
      path: try BinaryPath(directory: directory, path: entry.path, entry: entry).absolute,
      shownPath: entry.path, name: entry.id.name, entry: entry.id, digest: entry.hash.hex, method: entry.method,
      wit: entry.wit)
    do {
      return try loader.load(request, provider: GuestSetup.provider(for: entry))
    } catch {
      throw RuntimeError.entry(entry.entry.diagnostic(at: error.field, error.message).description)
    }
  }
}

/// The place of a binary inside of its filesystem entry.
private struct BinaryPath {
  let absolute: String

  init(directory: String, path: String, entry: ProcessWasmEntry) throws(RuntimeError) {
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !parts.contains("..") else {
      throw .entry(
        entry.entry.diagnostic(
          at: "path", "`\(path)` is no path inside of \(entry.filesystem): write `/name.wasm`"
        ).description)
    }
    absolute = directory + "/" + parts.joined(separator: "/")
  }
}
