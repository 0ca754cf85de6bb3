import Foundation

/// Runs rows of `Benchmarks/Erlang/wippy_bench.erl`, where Erlang is installed: what is timed is timed in there.
struct ErlangRunner {
  private let erl: String
  private let directory: String

  /// `nil` without `erl` and `erlc`.
  init?(source: String = "Benchmarks/Erlang/wippy_bench.erl") throws {
    guard let erl = ErlangRunner.find("erl"), let erlc = ErlangRunner.find("erlc") else { return nil }
    self.erl = erl
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("wippy-erlang-\(Foundation.ProcessInfo.processInfo.processIdentifier)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    _ = try ChildProcess(
      [erlc, "-o", directory, source], in: FileManager.default.currentDirectoryPath,
      environment: ErlangRunner.environment, output: "\(directory)/output")
  }

  func close() {
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      FileHandle.standardError.write(Data("\(directory) is left: \(error)\n".utf8))
    }
  }

  /// Nanoseconds by operation.
  func run(_ row: String, count: Int, schedulers: Int) throws -> Double {
    _ = try ChildProcess(
      [
        erl, "+S", "\(schedulers):\(schedulers)", "-noshell", "-pa", directory, "-run", "wippy_bench", "main",
        row, "\(count)",
      ], in: directory, environment: ErlangRunner.environment, output: "\(directory)/output")
    let text = try String(contentsOfFile: "\(directory)/output", encoding: .utf8)
    guard let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw BenchmarkError("erl printed `\(text)`, not a time")
    }
    return time
  }

  private static var environment: [String] {
    ["PATH=\(path)", "HOME=\(FileManager.default.temporaryDirectory.path)", "LC_ALL=C.UTF-8"]
  }

  private static var path: String {
    Foundation.ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  }

  static func find(_ name: String) -> String? {
    path.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
