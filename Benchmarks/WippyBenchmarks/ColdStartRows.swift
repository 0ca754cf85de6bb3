import Foundation
import Glibc

/// The whole command against `wasmtime run` of the same component, compiled beforehand. Both find their code on disk.
struct ColdStartRows {
  let options: Options
  private let wippy: String
  private let wasmtime: String
  private let home: String

  init(options: Options, wippy: String, wasmtime: String) throws {
    self.options = options
    self.wippy = try ColdStartRows.absolute(wippy)
    self.wasmtime = try ColdStartRows.absolute(wasmtime)
    home = try FileManager.default.url(
      for: .itemReplacementDirectory, in: .userDomainMask, appropriateFor: FileManager.default.temporaryDirectory,
      create: true
    ).path
  }

  func small() throws -> [Row] {
    let samples = try measure(
      BenchmarkProject.Guest(name: "greet", binary: "greet/greet.wasm", method: "greet", isCommand: true),
      expected: "Hello, Ada!", count: 40)
    return [samples.time.row("cold-start-small", unit: "ms", limit: .ratio(2))]
  }

  func python(_ binary: String) throws -> [Row] {
    let samples = try measure(
      BenchmarkProject.Guest(
        name: "greet", binary: try ColdStartRows.absolute(binary), method: "greet",
        lines: ["imports: [wasi:cli, wasi:io, wasi:clocks, wasi:random, wasi:filesystem]"], isCommand: true),
      expected: "Hello from Python, Ada!", count: 20)
    return [
      samples.time.row("cold-start-python", unit: "ms", limit: .ratio(2)),
      samples.memory.row("rss-python", unit: "MiB", limit: .ratio(1.5)),
    ]
  }

  /// Removes the temporary files.
  func close() throws { try FileManager.default.removeItem(atPath: home) }

  private func measure(
    _ guest: BenchmarkProject.Guest, expected: String, count: Int
  ) throws -> (time: Samples, memory: Samples) {
    let project = try BenchmarkProject(guests: [guest], guestDirectory: options.guests)
    let twin = "\(home)/twin.cwasm"
    let environment = [
      "PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")", "HOME=\(home)",
      "WIPPY_CACHE_DIR=\(home)/cache", "XDG_CACHE_HOME=\(home)/xdg",
    ]
    func run(_ command: [String]) throws -> ChildProcess {
      try ChildProcess(command, in: project.path, environment: environment, output: "\(home)/output")
    }
    // The kernel counts what a child had before it became its command, which is as much as its parent has: so a small
    // parent asks.
    let script =
      "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
      + "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    func mebibytes(_ command: [String]) throws -> Double {
      _ = try run(["/usr/bin/env", "python3", "-c", script] + command)
      let text = try String(contentsOfFile: "\(home)/output", encoding: .utf8)
      let lines = text.split(separator: "\n").compactMap { Double($0) }
      guard let kibibytes = lines.last else { throw BenchmarkError("no memory was measured: \(text)") }
      return kibibytes / 1024
    }
    _ = try run([wasmtime, "compile", "\(project.path)/wasm/greet.wasm", "-o", twin])
    let ours = [wippy, "run", "greet", "Ada"]
    let reference = [wasmtime, "run", "--allow-precompiled", "--invoke", "greet(\"Ada\")", twin]
    for command in [ours, reference] {
      _ = try run(command)
      let output = try String(contentsOfFile: "\(home)/output", encoding: .utf8)
      guard output.contains(expected) else { throw BenchmarkError("\(command[0]) printed: \(output)") }
    }
    var memory = (ours: [Double](), reference: [Double]())
    let time = try Samples.alternating(count) {
      memory.ours.append(try mebibytes(ours))
      return try run(ours).nanoseconds / 1_000_000
    } reference: {
      memory.reference.append(try mebibytes(reference))
      return try run(reference).nanoseconds / 1_000_000
    }
    return (time, Samples(ours: memory.ours, reference: memory.reference))
  }

  private static func absolute(_ path: String) throws -> String {
    guard let absolute = realpath(path, nil) else { throw BenchmarkError("\(path) is not there") }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
