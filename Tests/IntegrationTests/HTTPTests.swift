import Foundation
import Testing

/// The example of HTTP, with real connections.
struct HTTPTests {
  @Test func theExample() throws {
    let project = try TestProject.example("http")
    let port = try LineServer.freePort()
    let result = try project.run(["run", "ask", "\(port)"], environment: ["HTTP_PORT": "\(port)"])
    #expect(
      result.output == """
        a component: 200 streamed through
        a function: 200 Hello, World!
        Lua: 200 {"greeting":"Hello, Ada!","id":7}
        a bad request: 400 {"error":"the id has to be a number"}
        a part of a file: 206 Hello
        health: 200 ready

        a guest: 200 from a guest

        """, "\(result.error)")
    #expect(result.code == 0)
    #expect(try project.run(["lint"]).code == 0)
  }

  @Test func theAccessLog() throws {
    let project = try TestProject.example("http")
    let port = try LineServer.freePort()
    let result = try project.run(["run", "-v", "ask", "\(port)"], environment: ["HTTP_PORT": "\(port)"])
    let lines = result.error.split(separator: "\n").filter { $0.contains(" client=127.0.0.1:") }
    for words in [" INFO POST /api/greet 200 ", " INFO GET /api/items/seven 400 ", " INFO GET /hello.txt 206 bytes=5 "]
    {
      let line = lines.first { $0.contains(words) }
      for field in [" bytes=", " us=", " complete=true ", " request=", " entry=web:gateway "] {
        #expect(line?.contains(field) == true, "\(words), \(field): \(result.error)")
      }
    }
  }

  @Test func badConfigurationsHavePositions() throws {
    let project = try TestProject.example("http")
    let text = try project.text("src/_index.yaml")
    func lint(_ old: String, _ new: String) throws -> CommandResult {
      try project.write("src/_index.yaml", text.replacing(old, with: new))
      return try project.run(["lint"])
    }
    expectFailure(try lint("func: item\n", "func: items\n"), code: 1, "_index.yaml:", "web:items")
    expectFailure(try lint("path: /greet\n", "path: greet\n"), code: 1, "_index.yaml:", "begin it with `/`")
    expectFailure(
      try lint("method: POST\n    path: /greet\n", "method: GET\n    path: \"/items/{x}\"\n"), code: 1, "_index.yaml:",
      "already: choose another path")
    expectFailure(try lint("connections: 1000", "connections: none"), code: 1, "_index.yaml:", "limits.connections")
    expectFailure(try lint("header: 5s", "header: soon"), code: 1, "_index.yaml:", "timeouts.header")
  }

  @Test func aBadCertificate() throws {
    let project = try TestProject.example("http")
    let text = try project.text("src/_index.yaml")
    try project.write("src/certificate.pem", "this is none\n")
    try project.write("src/key.pem", "this is none\n")
    try project.write(
      "src/_index.yaml",
      text.replacing(
        "    metrics: /metrics\n",
        with: "    tls: {certificate: certificate.pem, key: key.pem}\n"))
    let port = try LineServer.freePort()
    let result = try project.run(["run", "ask", "\(port)"], environment: ["HTTP_PORT": "\(port)"])
    #expect(result.code == 1)
    #expect(result.error.contains("_index.yaml:"))
    #expect(result.error.contains("certificate.pem"))
  }

  @Test func aComponentIsServed() throws {
    let project = try TestProject(marked: false)
    try project.write("server.wasm", try TestProject.guest("http_server"))
    let running = try CommandRunner.start(
      ["serve", "--addr", "127.0.0.1:0", "server.wasm"], in: project.directory)
    #expect(running.waitForError("listening on http://127.0.0.1:"))
    running.signal(SIGTERM)
    let result = running.result(timeout: 30)
    #expect(result.code == 0, "\(result.error)")
    expectFailure(
      try project.run(["serve", "--addr", "nowhere", "server.wasm"]), code: 2, "--addr HOST:PORT")
    try project.write("greet.wasm", try TestProject.guest("greet"))
    expectFailure(
      try project.run(["serve", "--addr", "127.0.0.1:0", "greet.wasm"]), code: 1, "wasi:http/incoming-handler")
  }
}
