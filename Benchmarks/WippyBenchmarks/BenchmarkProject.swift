import Foundation
import Glibc
import WippyCore
import WippyEngine

/// A project in a temporary directory whose entries run the committed guests; removed with its last reference.
final class BenchmarkProject {
  let path: String

  struct Guest {
    var name: String
    var binary: String
    var method: String
    var lines: [String] = []
    var isCommand = false
  }

  /// - Parameter luaSources: Lua processes, whose method is `main`.
  init(guests: [Guest], guestDirectory: String, luaSources: [(name: String, text: String)] = []) throws {
    path = try FileManager.default.url(
      for: .itemReplacementDirectory, in: .userDomainMask,
      appropriateFor: FileManager.default.temporaryDirectory,
      create: true
    ).path
    var yaml = """
      namespace: bench
      entries:
        - {name: processes, kind: process.host}
        - {name: terminal, kind: terminal.host}
        - {name: bin, kind: fs.directory, directory: ./wasm}

      """
    try FileManager.default.createDirectory(atPath: path + "/src", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: path + "/wasm", withIntermediateDirectories: true)
    try writeFile([], to: path + "/wippy.lock")
    for guest in guests {
      let file = guest.binary.hasPrefix("/") ? guest.binary : "\(guestDirectory)/\(guest.binary)"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      try writeFile(Array(bytes), to: "\(path)/wasm/\(guest.name).wasm")
      let digest = bytes.withUnsafeBytes { ContentDigest(of: $0) }
      yaml += """
          - name: \(guest.name)
            kind: process.wasm
            fs: bin
            path: /\(guest.name).wasm
            hash: sha256:\(digest.hex)
            method: \(guest.method)

        """
      for line in guest.lines { yaml += "    \(line)\n" }
      if guest.isCommand { yaml += "    meta: {command: {name: \(guest.name), short: benchmark}}\n" }
    }
    for source in luaSources {
      try writeFile(Array(source.text.utf8), to: "\(path)/src/\(source.name).lua")
      yaml += """
          - name: \(source.name)
            kind: process.lua
            source: file://\(source.name).lua
            method: main
            modules: [time]

        """
    }
    try writeFile(Array(yaml.utf8), to: path + "/src/_index.yaml")
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }
}

/// Writes a new file. Foundation's own way draws in `mktemp`, which the linker warns of.
func writeFile(_ bytes: [UInt8], to path: String) throws {
  guard let file = fopen(path, "w") else { throw BenchmarkError("\(path) cannot be written") }
  let count = fwrite(bytes, 1, bytes.count, file)
  guard fclose(file) == 0, count == bytes.count else { throw BenchmarkError("\(path) cannot be written") }
}
