import Foundation
import Glibc

/// Streams, files, clocks and random numbers of one guest in each ABI, against `wasmtime run` of the same guest. Both
/// are whole commands: the work is long enough that their start does not matter.
struct StreamRows {
  private let options: Options
  private let wippy: String
  private let wasmtime: String
  private let home: String

  /// The two ABIs: what their rows' names end with, and the guest.
  private static let guests = [("component", "io_bench"), ("preview1", "io_bench_preview1")]

  /// What the guest does, how often, where its output goes, and what the ratio may be.
  private struct Work {
    let row: String
    let mode: String
    let count: Int
    var output = Output.null
    var limit = 1.0
    /// The directory that it is given.
    var directory: String?

    enum Output { case null, pipe }
  }

  private static let work = [
    Work(row: "stream-null", mode: "stream", count: 100_000),
    Work(row: "stream-pipe", mode: "stream", count: 20_000, output: .pipe),
    Work(row: "stream-file", mode: "read", count: 100, directory: "contents"),
    Work(row: "stream-small", mode: "small", count: 500_000),
    Work(row: "clock", mode: "clock", count: 5_000_000),
    Work(row: "random", mode: "random", count: 5_000_000),
    Work(row: "files", mode: "files", count: 5, limit: 1.2, directory: "many"),
  ]

  /// Rows as `--only` names them.
  static let names = work.flatMap { work in guests.map { "\(work.row)-\($0.0)" } }

  init(options: Options, wippy: String, wasmtime: String) throws {
    self.options = options
    self.wippy = URL(filePath: wippy).path
    self.wasmtime = URL(filePath: wasmtime).path
    home = FileManager.default.temporaryDirectory.appending(path: "wippy-streams-\(getpid())").path
    try FileManager.default.createDirectory(atPath: "\(home)/contents", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: "\(home)/many", withIntermediateDirectories: true)
    try writeFile([UInt8](repeating: 65, count: 64 << 20), to: "\(home)/contents/bench")
    for index in 0..<10_000 { try writeFile([], to: "\(home)/many/file\(index)") }
  }

  func close() throws { try FileManager.default.removeItem(atPath: home) }

  func measure() throws -> [Row] {
    var rows: [Row] = []
    for (suffix, guest) in StreamRows.guests {
      let binary = URL(filePath: "\(options.guests)/\(guest)/\(guest).wasm").path
      let twin = "\(home)/\(guest).cwasm"
      _ = try run([wasmtime, "compile", binary, "-o", twin])
      for work in StreamRows.work where options.wants("\(work.row)-\(suffix)") {
        rows.append(try row("\(work.row)-\(suffix)", work, binary: binary, twin: twin))
      }
    }
    return rows
  }

  private func row(_ name: String, _ work: Work, binary: String, twin: String) throws -> Row {
    FileHandle.standardError.write(Data("measuring \(name) ...\n".utf8))
    var ours = [wippy, "run"]
    var reference = [wasmtime, "run", "--allow-precompiled"]
    if let directory = work.directory {
      ours += ["--mount", "\(home)/\(directory)::/data:ro"]
      reference += ["--dir", "\(home)/\(directory)::/data"]
    }
    let end = [work.mode, "\(work.count)"]
    func time(_ command: [String]) throws -> Double {
      guard work.output == .pipe else { return try run(command + end, output: "/dev/null").nanoseconds / 1_000_000 }
      // The reader is the same for both.
      let line = (command + end).map { "'\($0)'" }.joined(separator: " ") + " | cat > /dev/null"
      return try run(["/bin/sh", "-c", line], output: "/dev/null").nanoseconds / 1_000_000
    }
    return try Samples.alternating(options.samples) {
      try time(ours + [binary])
    } reference: {
      try time(reference + [twin])
    }.row(name, unit: "ms", limit: .ratio(work.limit))
  }

  private func run(_ command: [String], output: String? = nil) throws -> ChildProcess {
    let environment = [
      "PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")", "HOME=\(home)",
      "WIPPY_CACHE_DIR=\(home)/cache", "XDG_CACHE_HOME=\(home)/xdg",
    ]
    return try ChildProcess(command, in: home, environment: environment, output: output ?? "\(home)/output")
  }
}
