import Testing
import WippyCore
import WippyWASI

@testable import WippyRuntime

@Suite struct StaticFilesTests {
  private static let version = FileVersion(size: 1000, modified: FileTime(seconds: 784_111_777, nanoseconds: 5))

  private func answer(_ fields: [(String, String)]) -> FileAnswer {
    FileAnswer(
      HTTPRequestHead(
        method: "GET", scheme: "http", authority: "a", path: "/", fields: fields.map { HTTPField($0.0, $0.1) }),
      Self.version, type: "text/plain")
  }

  @Test(
    arguments: [
      ("bytes=0-9", 206, 0, 10), ("bytes=990-", 206, 990, 1000), ("bytes=-10", 206, 990, 1000),
      ("bytes=0-99999", 206, 0, 1000), ("bytes=-99999", 206, 0, 1000), ("bytes=1000-", 416, 0, 0),
      ("bytes=-0", 416, 0, 0), ("bytes=9-1", 200, 0, 1000), ("bytes=a-b", 200, 0, 1000), ("lines=0-9", 200, 0, 1000),
      ("bytes=0-1,5-6", 200, 0, 1000), ("bytes=99999999999999999999-", 200, 0, 1000),
    ] as [(String, UInt16, UInt64, UInt64)])
  func ranges(_ range: String, _ status: UInt16, _ start: UInt64, _ end: UInt64) {
    let answer = answer([("range", range)])
    #expect(answer.head.status == status)
    #expect(answer.range == (status == 416 ? nil : start..<end))
    #expect(answer.head.fields.contentLength == (status == 416 ? nil : end - start))
  }

  @Test func conditions() {
    let tag = Self.version.tag
    #expect(answer([("if-none-match", tag)]).head.status == 304)
    #expect(answer([("if-none-match", "\"x\", W/\(tag)")]).head.status == 304)
    #expect(answer([("if-none-match", "*")]).head.status == 304)
    #expect(answer([("if-none-match", "\"x\""), ("if-modified-since", Self.version.date)]).head.status == 200)
    #expect(answer([("if-modified-since", Self.version.date)]).head.status == 304)
    #expect(answer([("range", "bytes=0-9"), ("if-range", tag)]).head.status == 206)
    #expect(answer([("range", "bytes=0-9"), ("if-range", "\"old\"")]).head.status == 200)
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
      (-5, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] as [(Int64, String)])
  func dates(_ seconds: Int64, _ text: String) {
    #expect(HTTPDate.text(seconds) == text)
  }

  @Test func filesAreServed() async throws {
    let large = String(repeating: "0123456789", count: 50_000)
    let project = try GuestProject(
      [], files: ["large.txt": large, "index.html": "<p>index</p>\n"],
      hosts: """
          - {name: gateway, kind: http.service, addr: "127.0.0.1:0", lifecycle: {auto_start: true}}
          - {name: public, kind: fs.directory, directory: "."}
          - {name: files, kind: http.static, meta: {server: gateway}, path: /files/, fs: public}
        """)
    let runtime = project.runtime
    try await runtime.startServices()
    let port = try #require(runtime.port(of: GuestProject.id("gateway")))
    let whole = try #require(await runtime.send("/files/large.txt", to: port))
    #expect(whole.status == 200)
    let isSame = whole.text == large
    #expect(isSame)
    #expect(whole["content-type"] == "text/plain; charset=utf-8")
    let tag = try #require(whole["etag"])
    let part = try #require(
      await runtime.send("/files/large.txt", to: port, fields: [HTTPField("range", "bytes=5-9")]))
    #expect(part.status == 206)
    #expect(part.text == "56789")
    #expect(part["content-range"] == "bytes 5-9/500000")
    let known = try #require(
      await runtime.send("/files/large.txt", to: port, fields: [HTTPField("if-none-match", tag)]))
    #expect(known.status == 304)
    #expect(known.bytes.isEmpty)
    let head = try #require(await runtime.send("/files/large.txt", to: port, method: "HEAD"))
    #expect(head["content-length"] == "500000")
    #expect(head.bytes.isEmpty)
    #expect(try #require(await runtime.send("/files/", to: port)).text == "<p>index</p>\n")
    #expect(try #require(await runtime.send("/files", to: port))["location"] == "/files/")
    for path in ["/files/../_index.yaml", "/files/%2e%2e/x", "/files/none", "/files/large.txt%00", "/files/%zz"] {
      #expect(try #require(await runtime.send(path, to: port)).status == 404, "\(path)")
    }
    #expect(try #require(await runtime.send("/files/large.txt", to: port, method: "POST")).status == 405)
    await runtime.shutdown()
  }
}
