import Glibc

/// Small files, without Foundation.
package enum TextFile {
  package static func read(_ path: String) throws(ScenarioError) -> String {
    guard let file = fopen(path, "r") else { throw ScenarioError("\(path) cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func write(_ path: String, _ text: String) throws(ScenarioError) {
    guard let file = fopen(path, "w") else { throw ScenarioError("\(path) cannot be written") }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw ScenarioError("\(path) cannot be written") }
  }
}
