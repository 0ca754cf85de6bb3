import Foundation
import Testing

/// Guests with directories, environment and arguments: the example project, and a bare file.
struct MountTests {
  @Test func theExample() throws {
    let project = try TestProject.example("files")
    let first = try project.run(["run", "process"])
    #expect(first.code == 0, "\(first.error)")
    #expect(first.output == "3 rows, /output/summary.json\n3\n")
    #expect(try project.text("output/summary.json") == "{\"rows\": 3, \"sum\": 42}\n")
    let shown = try project.run(["run", "show"])
    #expect(shown.output == "summary.json\n3 rows, together 42\n", "\(shown.error)")
    let other = try project.run(["run", "process"], environment: ["SUMMARY_FORMAT": "csv"])
    #expect(other.output == "3 rows, /output/summary.csv\n3\n", "\(other.error)")
    #expect(try project.text("output/summary.csv") == "rows,sum\n3,42\n")
    // The later of two arguments counts.
    expectFailure(
      try project.run(["run", "process", "--input", "/data/../wippy.lock"]), code: 1, "cannot open /data/../wippy.lock")
    #expect(try project.run(["lint"]).code == 0)
  }

  @Test func spawnsThatFailNameTheID() throws {
    let project = try TestProject.example("files")
    let text = try project.text("src/_index.yaml")
    func run(_ old: String, _ new: String) throws -> CommandResult {
      try project.write("src/_index.yaml", text.replacing(old, with: new))
      return try project.run(["run", "process"])
    }
    expectFailure(try run("directory: ./data", "directory: ./nowhere"), code: 1, "myns:input_data", "nowhere")
    expectFailure(try run("directory: ./data", "directory: ./wippy.lock"), code: 1, "myns:input_data")
    expectFailure(try run("guest: /output}", "guest: /data}"), code: 1, "/data")
    expectFailure(try run("guest: /output}", "guest: output}"), code: 1, "output", "absolute")
    expectFailure(try run("      SUMMARY_FORMAT: json", "      OTHER: json"), code: 1, "myns:output_format")
    expectFailure(try run("guest: /output}", "guest: /output, read_only: true}"), code: 1, "cannot create /output")
  }

  @Test func aBareFile() throws {
    let project = try TestProject(marked: false)
    try project.write("processor.wasm", try TestProject.guest("processor"))
    try project.write("in/table.csv", "a,40\nb,2\n")
    try project.write("out/keep", "")
    let result = try project.run([
      "run", "--mount", "in::/data:ro", "--mount", "out::/output", "--env", "OUTPUT_FORMAT=json", "processor.wasm",
      "--input", "/data/table.csv",
    ])
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output == "2 rows, /output/summary.json\n2\n")
    #expect(try project.text("out/summary.json") == "{\"rows\": 2, \"sum\": 42}\n")
    // Without a mount there is nothing, and `--import` narrows the grant.
    expectFailure(
      try project.run(["run", "processor.wasm", "--input", "/data/table.csv"]), code: 1, "cannot open /data/table.csv")
    expectFailure(
      try project.run([
        "run", "--mount", "in::/data:ro", "--import", "wasi:cli", "processor.wasm", "--input", "/data/table.csv",
      ]), code: 1, "cannot open /data/table.csv")
  }

  @Test func pythonReadsSleepsAndConnects() throws {
    let component = "\(CommandRunner.repository)/.deps/guests/greet_python.wasm"
    try #require(FileManager.default.fileExists(atPath: component), "run `make guests-check`")
    let project = try TestProject()
    let server = try LineServer("from the server\n")
    try project.write("data/name.txt", "Ada")
    try project.write(
      "src/_index.yaml",
      TestProject.hosts + """
          - {name: data, kind: fs.directory, directory: ./data}
          - {name: binaries, kind: fs.directory, directory: "\(CommandRunner.repository)/.deps/guests"}
          - name: visit
            kind: process.wasm
            fs: binaries
            path: /greet_python.wasm
            hash: \(try project.hash(of: component))
            method: visit
            imports: [wasi:cli, wasi:io, wasi:clocks, wasi:filesystem, wasi:random, wasi:sockets]
            wasi:
              mounts: [{fs: data, guest: /data, read_only: true}]
              network: {allow: ["127.0.0.1:\(server.port)"]}
            meta: {command: {name: visit}}

        """)
    // Compiling it takes seconds: its code is kept for the next time.
    let kept = ["WIPPY_CACHE_DIR": "\(CommandRunner.repository)/.deps/guests/cache"]
    func run(_ arguments: [String]) throws -> CommandResult {
      try project.run(arguments, environment: kept, timeout: 300)
    }
    let expected = "Ada has slept\nAda hears: from the server\n"
    let result = try run(["run", "visit", "/data/name.txt", "20", "\(server.port)"])
    #expect(result.output == expected + "ok\n" || result.output == expected, "\(result.output) \(result.error)")
    #expect(result.code == 0)
    let bare = try run([
      "run", "--method", "visit", "--mount", "data::/data:ro", "--allow", "127.0.0.1:\(server.port)", component,
      "/data/name.txt", "20", "\(server.port)",
    ])
    #expect(bare.output.hasPrefix(expected), "\(bare.output) \(bare.error)")
    let denied = try run([
      "run", "--method", "visit", "--mount", "data::/data:ro", "--allow", "127.0.0.1:1", component, "/data/name.txt",
      "0",
      "\(server.port)",
    ])
    #expect(denied.output.contains("Ada has slept"))
    #expect(denied.code == 1)
    #expect(denied.error.contains("127.0.0.1:\(server.port)"))
  }
}
