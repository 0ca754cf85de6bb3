import Testing
import WippyCore

@testable import WippyRuntime

/// Lua on both sides of HTTP.
@Suite struct HTTPLuaTests {
  private static let lua = """
    \n  - name: answer
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local req, res = http.request(), http.response()
            res:set_status(http.STATUS.CREATED)
            res:set_header("X-Id", req:param("id"))
            res:write_json({
              method = req:method(), path = req:path(), id = req:param("id"), q = req:query("q"),
              all = req:query_params(), body = req:body_json(), agent = req:header("User-Agent"),
              json = req:is_content_type("application/json"), accepts = req:accepts("text/html"),
            })
          end
      - name: events
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local res = http.response()
            res:set_transfer(http.TRANSFER.SSE)
            res:write_event({name = "one", data = {n = 1}})
            res:write_event({data = "a\\nb"})
            local ok, err = res:set_status(500)
            res:write(": " .. err:kind() .. "\\n")
          end
      - name: plain
        kind: function.lua
        method: main
        source: |
          function main(a, b) return {sum = (a or 0) + (b or 0)} end
      - name: fails
        kind: function.lua
        method: main
        modules: [http]
        source: |
          function main() error("no") end
      - name: streams
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local input, count = http.request():stream(), 0
            while true do
              local piece = input:read(1000)
              if not piece then break end
              assert(#piece <= 1000)
              count = count + #piece
            end
            return "" .. count
          end
    """

  private static func setting() async throws -> (GuestProject, UInt16) {
    let endpoints = [
      ("e1", "POST", "/items/{id}", "answer"), ("e2", "GET", "/events", "events"), ("e3", "POST", "/plain", "plain"),
      ("e4", "GET", "/fails", "fails"), ("e5", "POST", "/streams", "streams"),
    ].map { HTTPServiceTests.endpoint($0.0, $0.1, $0.2, $0.3) }
    let files = """
      \n  - {name: public, kind: fs.directory, directory: "."}
        - {name: files, kind: http.static, meta: {server: gateway}, path: /files, fs: public}
      """
    let project = try GuestProject(
      [], files: ["index.html": "<p>index</p>\n"], hosts: HTTPServiceTests.service + endpoints.joined() + files + lua)
    try await project.runtime.startServices()
    return (project, try #require(project.runtime.port(of: GuestProject.id("gateway"))))
  }

  /// A project that asks another one, which listens on `port`.
  private static func client(_ port: UInt16) throws -> GuestProject {
    try GuestProject(
      [],
      hosts: """
          - name: fetch
            kind: function.lua
            method: main
            modules: [http_client, json]
            network: {allow: ["127.0.0.1:\(port)"]}
            source: |
              local client, json = require("http_client"), require("json")
              function main(url)
                local res, err = client.post(url .. "/api/items/5", {
                  query = {q = "a b"}, headers = {["Content-Type"] = "application/json"}, body = json.encode({x = 1}),
                  timeout = "20s",
                })
                assert(not err, tostring(err))
                local got = json.decode(res.body)
                local moved = client.get(url .. "/files")
                return {
                status = res.status_code, id = res.headers["X-Id"], q = got.q, x = got.body.x,
                moved = moved.url:sub(#url + 1),
              }
              end
          - name: denied
            kind: function.lua
            method: main
            modules: [http_client]
            source: |
              local client = require("http_client")
              function main(url)
                local _, err = client.get(url)
                local _, bad = client.get("ftp://example.com")
                local _, option = client.get(url, {nonsense = 1})
                return {err:kind(), bad:kind(), option:kind()}
              end
        """)
  }

  @Test func requestsAndResponses() async throws {
    let (project, port) = try await Self.setting()
    let answer = try #require(
      await project.runtime.send(
        "/api/items/a%20b?q=1&q=2&r=x+y", to: port, method: "POST", body: HTTPBody(Array("{\"n\":[1]}".utf8)),
        fields: [
          HTTPField("content-type", "application/json; charset=utf-8"), HTTPField("user-agent", "test"),
          HTTPField("accept", "text/*;q=0.5"), HTTPField("x-request-id", "own-id"),
        ]))
    #expect(answer.status == 201)
    #expect(answer["x-id"] == "a b")
    #expect(answer["content-type"] == "application/json")
    #expect(answer["x-request-id"] == "own-id")
    let value = try JSONParser.parse(answer.text)
    #expect(value["method"] == .string("POST"))
    #expect(value["path"] == .string("/api/items/a%20b"))
    #expect(value["q"] == .string("1"))
    #expect(value["all"]?["q"] == .string("1,2"))
    #expect(value["all"]?["r"] == .string("x y"))
    #expect(value["body"]?["n"] == .array([.integer(1)]))
    #expect(value["json"] == .bool(true))
    #expect(value["accepts"] == .bool(true))
    await project.runtime.shutdown()
  }

  @Test func streamedAndMappedResponses() async throws {
    let (project, port) = try await Self.setting()
    let events = try #require(await project.runtime.send("/api/events", to: port))
    #expect(events["content-type"] == "text/event-stream")
    #expect(events.text == "event: one\ndata: {\"n\":1}\n\ndata: a\ndata: b\n\n: INVALID\n")
    let plain = try #require(
      await project.runtime.send(
        "/api/plain", to: port, method: "POST", body: HTTPBody(Array("[2, 3]".utf8)),
        fields: [HTTPField("content-type", "application/json")]))
    #expect(plain.text == "{\"sum\":5}")
    #expect(try #require(await project.runtime.send("/api/fails", to: port)).status == 500)
    let body = HTTPBody([UInt8](repeating: 1, count: 300_000))
    let streamed = try #require(
      await project.runtime.send("/api/streams", to: port, method: "POST", body: body))
    #expect(streamed.text == "300000")
    await project.runtime.shutdown()
  }

  @Test func theClient() async throws {
    let (server, port) = try await Self.setting()
    let project = try Self.client(port)
    try project.runtime.startThreads()
    func call(_ name: String) async -> Result<ExitReason, RequestFailure> {
      await withCheckedContinuation { continuation in
        project.runtime.scheduler.call(
          CallRequest(
            entry: GuestProject.id(name), arguments: [.string("http://127.0.0.1:\(port)")], caller: nil)
        ) { continuation.resume(returning: $0) }
      }
    }
    guard case .success(.normal(let value?)) = await call("fetch") else {
      Issue.record("\(await call("fetch"))")
      return
    }
    #expect(value["status"] == .integer(201))
    #expect(value["id"] == .string("5"))
    #expect(value["q"] == .string("a b"))
    #expect(value["x"] == .integer(1))
    #expect(value["moved"] == .string("/files/"))
    let denied = await call("denied")
    #expect(
      denied
        == .success(.normal(.array([.string("PERMISSION_DENIED"), .string("INVALID"), .string("INVALID")]))))
    await project.runtime.shutdown()
    await server.runtime.shutdown()
  }
}
