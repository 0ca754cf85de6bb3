import Foundation
import Glibc

/// `wippy serve` against `wasmtime serve` of the same component, loaded by `Benchmarks/http_rows.py` and `wrk`.
struct HTTPRows {
  private let options: Options
  private let wippy: String
  private let wasmtime: String

  /// Rows as `--only` names them.
  static let names = ["http-fresh-64", "http-reuse-64", "http-one-fresh", "http-one", "http-echo"]

  init(options: Options, wippy: String, wasmtime: String) {
    self.options = options
    self.wippy = URL(filePath: wippy).path
    self.wasmtime = URL(filePath: wasmtime).path
  }

  /// What the script prints of one row.
  private struct Record: Decodable {
    var name: String
    var unit: String
    var ours: [Double]
    var reference: [Double]
    var limit: Double?
    var most: Double?
  }

  func measure() throws -> [Row] {
    let wanted = HTTPRows.names.filter(options.wants)
    let home = FileManager.default.temporaryDirectory.appending(path: "wippy-http-rows-\(getpid())").path
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: home) }
    let guest = URL(filePath: "\(options.guests)/http_server/http_server.wasm").path
    let script = URL(filePath: "Benchmarks/http_rows.py").path
    let line =
      "python3 '\(script)' --wippy '\(wippy)' --wasmtime '\(wasmtime)' --guest '\(guest)' "
      + "--only \(wanted.joined(separator: ",")) > '\(home)/rows'"
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    FileHandle.standardError.write(Data("measuring \(wanted.joined(separator: ", ")) ...\n".utf8))
    do {
      _ = try ChildProcess(
        ["/bin/sh", "-c", line], in: FileManager.default.currentDirectoryPath, environment: environment,
        output: "\(home)/output")
    } catch {
      let output = try String(contentsOfFile: "\(home)/output", encoding: .utf8)
      throw BenchmarkError("Benchmarks/http_rows.py failed:\n\(output)")
    }
    let records = try JSONDecoder().decode([Record].self, from: Data(contentsOf: URL(filePath: "\(home)/rows")))
    return records.map { record in
      Samples(ours: record.ours, reference: record.reference).row(
        record.name, unit: record.unit, limit: record.most.map(Row.Limit.most) ?? record.limit.map(Row.Limit.ratio))
    }
  }
}
