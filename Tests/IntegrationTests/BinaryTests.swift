import Foundation
import Testing

/// What is wrong with an entry's binary.
struct BinaryTests {
  /// `run` and `lint` say the same.
  private func expectProblem(
    _ project: TestProject, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for arguments in [["run", "test", "x"], ["lint"]] {
      let result = try project.run(arguments)
      expectFailure(result, code: 1, "error: src/_index.yaml:", sourceLocation: sourceLocation)
      for word in words {
        #expect(result.error.contains(word), "\(arguments): \(result.error)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func wrongHash() throws {
    let zeros = "sha256:\(String(repeating: "0", count: 64))"
    let project = try TestProject(guest: "greet", method: "greet", hash: zeros)
    try expectProblem(
      project, "src/_index.yaml:16:11: demo:greet", zeros, try project.hash(of: "wasm/greet.wasm"),
      "/greet.wasm")
  }

  @Test(arguments: ["sha256:12", "md5:00", "nonsense", "sha256:\(String(repeating: "x", count: 64))"])
  func malformedHash(hash: String) throws {
    try expectProblem(
      try TestProject(guest: "greet", method: "greet", hash: hash), "src/_index.yaml:16:11: demo:greet",
      "64 hex digits")
  }

  @Test func missingFile() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    try FileManager.default.removeItem(atPath: "\(project.directory)/wasm/greet.wasm")
    try expectProblem(project, "src/_index.yaml:15:11: demo:greet", "/greet.wasm", "No such file")
  }

  @Test func emptyFile() throws {
    try expectProblem(try TestProject(guest: "greet", method: "greet", bytes: Data()), "the file is empty")
  }

  @Test func textFiles() throws {
    try expectProblem(
      try TestProject(guest: "greet", method: "greet", bytes: Data("hello\n".utf8)),
      "not a WebAssembly binary")
    try expectProblem(
      try TestProject(guest: "greet", method: "greet", bytes: Data("(module)\n".utf8)), "WebAssembly text")
  }

  @Test(arguments: ["compute", "greet"])
  func truncated(guest: String) throws {
    let whole = try TestProject.guest(guest)
    for length in [6, 20, whole.count / 2 - 5, whole.count - 1] {
      let project = try TestProject(guest: guest, method: guest, bytes: whole.prefix(length))
      try expectProblem(project, "/\(guest).wasm")
    }
  }

  @Test func coreModuleWhereAComponentWasMeant() throws {
    try expectProblem(
      try TestProject(guest: "compute", method: "wasi:cli/run#run"), "src/_index.yaml:17:13", "`compute`")
  }

  @Test func componentWhereACoreModuleWasMeant() throws {
    try expectProblem(try TestProject(guest: "greet", method: "_start"), "`greet`")
    try expectProblem(
      try TestProject(guest: "greet", method: "greet", fields: "wit: 'greet: func(a: s32) -> s32;'"),
      "func(name: string) -> string")
  }

  @Test func missingExport() throws {
    try expectProblem(
      try TestProject(guest: "greet", method: "great"), "src/_index.yaml:17:13: demo:greet",
      "exports no function `great`", "it exports `greet`")
  }

  @Test func bareFiles() throws {
    let project = try TestProject(guest: "greet", method: "greet")
    expectFailure(try project.run(["run", "./nothing.wasm"]), code: 1, "./nothing.wasm", "No such file")
    expectFailure(try project.run(["run", "src/_index.yaml"]), code: 1, "not a WebAssembly binary")
    expectFailure(try project.run(["run", "--method", "no", "wasm/greet.wasm"]), code: 1, "`greet`")
    expectFailure(
      try project.run(["run", "--import", "wasi:clock", "wasm/greet.wasm"]), code: 1, "wasi:clocks")
    #expect(try project.run(["run", "wasm/greet.wasm", "file"]).output == "Hello, file!\n")
  }
}
