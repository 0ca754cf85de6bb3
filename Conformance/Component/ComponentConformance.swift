import Foundation
import WastScripts
import WippyEngine

/// Runs the `.wast` files below a directory: a line a file, the failures, and a count at the end.
@main struct ComponentConformance {
  static func main() throws {
    guard CommandLine.arguments.count == 3 else {
      print("usage: component-conformance WASM-TOOLS DIRECTORY")
      exit(2)
    }
    let tool = URL(fileURLWithPath: CommandLine.arguments[1])
    let suite = URL(fileURLWithPath: CommandLine.arguments[2], isDirectory: true)
    let files = scripts(below: suite)
    guard !files.isEmpty else {
      print("there are no .wast files below \(suite.path)")
      exit(2)
    }
    let engine = try Engine(EngineConfiguration())
    var passed = 0
    var failed = 0
    for file in files {
      let name = String(file.path.dropFirst(suite.path.count + 1))
      let (count, failures) = try run(file, tool: tool, engine: engine)
      passed += count
      failed += failures.count
      print("\(failures.isEmpty ? "ok  " : "FAIL") \(name): \(count) passed, \(failures.count) failed")
      for failure in failures { print("       \(failure)") }
    }
    print("\(passed) passed, \(failed) failed")
    exit(failed == 0 ? 0 : 1)
  }

  private static func scripts(below directory: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
    return (all?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "wast" }.sorted { $0.path < $1.path }
  }

  private static func run(
    _ file: URL, tool: URL, engine: Engine
  ) throws -> (passed: Int, failures: [ScriptRunner.Failure]) {
    let directory = FileManager.default.temporaryDirectory.appending(path: "wast-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let json = directory.appending(path: "script.json")
    let conversion = try launch(
      tool, ["json-from-wast", file.path, "-o", json.path, "--wasm-dir", directory.path])
    guard conversion.status == 0 else {
      return (0, [ScriptRunner.Failure(line: 0, command: "json-from-wast", reason: conversion.output)])
    }
    let runner = ScriptRunner(
      engine: engine,
      files: { [UInt8](try Data(contentsOf: directory.appending(path: $0))) },
      acceptsText: { try launch(tool, ["parse", directory.appending(path: $0).path, "-o", "/dev/null"]).status == 0 })
    return runner.run(try Script(try Data(contentsOf: json)))
  }

  private static func launch(_ tool: URL, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}
