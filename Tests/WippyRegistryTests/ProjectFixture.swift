import Foundation
import Testing
import WippyCore

@testable import WippyRegistry

/// A project in a temporary directory, removed with its last reference.
final class ProjectFixture {
  let root: String

  init(_ files: [String: String] = [:], marked: Bool = true) throws {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent(
      "wippy-registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: template, withIntermediateDirectories: true)
    root = try #require(FilePath.resolved(template.path))
    if marked, files["wippy.lock"] == nil { try write("", to: "wippy.lock") }
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ name: String) -> String { FilePath.join(root, name) }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func link(_ name: String, to target: String) throws {
    let directory = FilePath.directory(of: path(name))
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }

  func load(environment: [String: String] = [:], overrides: [String] = []) throws -> Registry {
    let project = try Project.locate(from: root, explicit: root)
    return Registry.load(project, environment: environment, overrides: overrides)
  }

  /// A project with one definition file, `src/_index.yaml`.
  static func load(_ yaml: String, environment: [String: String] = [:]) throws -> Registry {
    try ProjectFixture(["src/_index.yaml": yaml]).load(environment: environment)
  }

  /// The problems of entries below the header `namespace: app`, whose first line is line 3.
  static func problems(_ entries: String, environment: [String: String] = [:]) throws -> [String] {
    let registry = try load("namespace: app\nentries:\n" + entries, environment: environment)
    return registry.diagnostics.map(\.description)
  }
}

/// 64 hex digits.
let digits = String(repeating: "0123456789abcdef", count: 4)

/// A correct `process.wasm` entry `app:worker` with more lines added, and the filesystem that it names.
func worker(_ lines: String...) -> String {
  """
    - {name: bin, kind: fs.directory, directory: ./wasm}
    - name: worker
      kind: process.wasm
      fs: bin
      path: /worker.wasm
      hash: sha256:\(digits)
      method: run

  """ + lines.map { "    \($0)\n" }.joined()
}

func id(_ text: String) throws -> EntryID { try #require(EntryID(text)) }
