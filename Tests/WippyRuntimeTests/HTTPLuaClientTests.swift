import Foundation
import Testing
import WippyCore

@testable import WippyRuntime

/// Batches, forms with files, options of TLS, and traces: Lua on both sides.
@Suite struct HTTPLuaClientTests {
  private static let server = """
    \n  - name: form
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local req = http.request({max_body = 1000000})
            local form, err = req:parse_multipart()
            if err then return "no form: " .. err:kind() end
            local file = form.files.doc[1]
            local stream = file:stream()
            local content = stream:read(0)
            stream:close()
            return {
              title = form.values.title, tags = form.values.tags, name = file:name(), size = file:size(),
              type = file:header("Content-Type"), content = content, files = #form.files.doc,
              again = req:parse_multipart(1000).values.title,
            }
          end
      - name: limited
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local _, unknown = http.request({nonsense = 1})
            local _, bad = http.request({max_body = "x"})
            local body, err = http.request({max_body = 10, timeout = 60000}):body()
            return unknown:kind() .. " " .. bad:kind() .. " " .. (body or err:kind())
          end
      - name: trace
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local req = http.request()
            return {
              parent = req:header("traceparent"), state = req:header("tracestate"), id = req:header("x-request-id"),
            }
          end
      - name: redirect
        kind: function.lua
        method: main
        modules: [http]
        source: |
          local http = require("http")
          function main()
            local req, res = http.request(), http.response()
            res:set_status(302)
            res:set_header("Location", req:query("to"))
          end
      - name: slow
        kind: function.lua
        method: main
        limits: {cancel_grace_ms: 10}
        modules: [http, time]
        source: |
          function main() require("time").sleep("1h") end
    """

  private static let program = """
      - name: asks
        kind: function.lua
        method: main
        modules: [http_client, json]
        limits: {cancel_grace_ms: 10}
        network: {allow: ["127.0.0.1:1", "127.0.0.1:$PORT"]}
        source: |
          local client, json = require("http_client"), require("json")
          function main(what, url)
            return _G[what](url)
          end
          function upload(url)
            local res, err = client.post(url .. "/api/form", {
              form = {title = "My Document"}, headers = {["Content-Type"] = "text/plain"},
              files = {
                {name = "doc", filename = "report.pdf", content = "\\0\\255binary", content_type = "application/pdf"},
                {name = "doc", content = "x"},
              },
            })
            assert(not err, tostring(err))
            return json.decode(res.body)
          end
          function redirects(url)
            local forbidden, err = client.get(url .. "/api/redirect", {query = {to = "http://127.0.0.1:2/"}})
            local round, many = client.get(url .. "/api/redirect", {query = {to = "/api/redirect?to=/api/redirect"}})
            local res = client.get(url .. "/api/redirect", {query = {to = url .. "/api/trace"}})
            return {err:kind(), many and many:kind() or ("" .. round.status_code), res.status_code}
          end
          function no_form(url)
            return client.post(url .. "/api/form", {body = "x"}).body
          end
          function wait(url) return client.get(url .. "/api/slow") end
          function limited(url)
            return {
              client.post(url .. "/api/limited", {body = "0123456789"}).body,
              client.post(url .. "/api/limited", {body = "0123456789a"}).body,
            }
          end
          function kinds(url)
            local found = {}
            for _, options in ipairs({
              {files = "x"}, {files = {"x"}}, {files = {{name = "a"}}}, {tls = "x"}, {tls = {cert = "x"}},
              {tls = {key = "x"}}, {tls = {nonsense = 1}}, {tls = {server_name = "a b"}},
              {tls = {insecure_skip_verify = "yes"}}, {unix_socket = "/x"},
            }) do
              local _, err = client.get(url, options)
              found[#found + 1] = err and err:kind() or "none"
            end
            return found
          end
          function batch(url)
            local responses, errors = client.request_batch({
              {"GET", url .. "/api/trace"}, {"POST", url .. "/api/limited", {body = "x"}}, {"GET", url .. "/nothing"},
            })
            assert(errors == nil)
            return {responses[1].status_code, responses[2].body, responses[3].status_code, #responses}
          end
          function bad_batch(url)
            local responses, errors = client.request_batch({
              {"GET", url .. "/api/trace"}, {"GET", "http://127.0.0.1:1/"}, {"GET", "ftp://x"}, "nonsense",
              {"GET", url, {stream = true}}, {"GET", url, {nonsense = 1}}, {"GET", url .. "/api/slow", {timeout = "20ms"}},
              {"G E T", url}, {"GET", url .. "/api/trace", "x"},
            })
            local kinds = {}
            for i, err in ipairs(errors) do kinds[i] = err and err:kind() or "none" end
            kinds[#kinds + 1] = "" .. responses[1].status_code .. tostring(responses[2])
            return kinds
          end
          function odd_batches(url)
            local none, err = client.request_batch({})
            local many = {}
            for i = 1, 1001 do many[i] = {"GET", url} end
            local _, too_many = client.request_batch(many)
            local ok = pcall(client.request_batch, "x")
            return {#none, err == nil, too_many:kind(), ok}
          end
          function trace(url)
            local own = client.get(url .. "/api/trace", {headers = {traceparent = "own", ["X-Request-Id"] = "mine"}})
            return {json.decode(client.get(url .. "/api/trace").body), json.decode(own.body)}
          end
          function tls(url)
            local plain, unknown = client.get(url)
            local _, pem = client.get(url, {tls = {ca = "nonsense"}})
            local res, err = client.get(url, {tls = {insecure_skip_verify = true}})
            assert(not err, tostring(err))
            local batch = client.request_batch({
              {"GET", url, {tls = {insecure_skip_verify = true}}}, {"GET", url, {tls = {insecure_skip_verify = true}}},
            })
            return {unknown:kind(), pem:kind(), res.status_code, batch[2].status_code}
          end
      - name: nested
        kind: function.lua
        method: main
        modules: [funcs]
        source: |
          function main(what, url) return require("funcs").call("guests:asks", what, url) end
    """

  /// Two projects: one that answers, and one that asks it.
  private struct Setting {
    let server: GuestProject
    let client: GuestProject
    let port: UInt16

    init(_ service: String = HTTPServiceTests.service) async throws {
      let endpoints = [
        ("e1", "POST", "/form", "form"), ("e2", "POST", "/limited", "limited"), ("e3", "GET", "/trace", "trace"),
        ("e4", "GET", "/slow", "slow"), ("e5", "GET", "/redirect", "redirect"),
      ].map { HTTPServiceTests.endpoint($0.0, $0.1, $0.2, $0.3) }
      server = try GuestProject([], hosts: service + endpoints.joined() + HTTPLuaClientTests.server)
      try await server.runtime.startServices()
      port = try #require(server.runtime.port(of: GuestProject.id("gateway")))
      client = try GuestProject(
        [
          .init(
            name: "fetch", guest: "http_client", method: "fetch",
            more: "imports: [wasi:http]\nwasi: {network: {allow: [\"127.0.0.1:\(port)\"]}}", kind: "function.wasm")
        ], hosts: HTTPLuaClientTests.program.replacing("$PORT", with: "\(port)"))
      try client.runtime.startThreads()
    }

    func call(
      _ function: String, _ arguments: [Value], _ inheritance: ProcessInheritance = .init()
    ) async throws -> Value {
      let request = CallRequest(
        entry: GuestProject.id(function), arguments: arguments, caller: nil, inheritance: inheritance)
      let result: Result<ExitReason, RequestFailure> = await withCheckedContinuation { continuation in
        client.runtime.scheduler.call(request) { continuation.resume(returning: $0) }
      }
      guard case .success(.normal(let value?)) = result else {
        Issue.record("\(arguments): \(result)")
        return .null
      }
      return value
    }

    func ask(
      _ what: String, function: String = "asks", scheme: String = "http", _ inheritance: ProcessInheritance = .init()
    ) async throws -> Value {
      try await call(function, [.string(what), .string("\(scheme)://127.0.0.1:\(port)")], inheritance)
    }

    func serves(_ function: String) -> Bool {
      server.runtime.processes().contains { $0.entry == GuestProject.id(function) }
    }

    func stop() async {
      await client.runtime.shutdown()
      await server.runtime.shutdown()
    }
  }

  private static func texts(_ texts: String...) -> Value { .array(texts.map { .string($0) }) }

  @Test func formsWithFiles() async throws {
    let setting = try await Setting()
    let form = try await setting.ask("upload")
    #expect(form["title"] == .string("My Document"))
    #expect(form["again"] == .string("My Document"))
    #expect(form["name"] == .string("report.pdf"))
    #expect(form["size"] == .integer(8))
    #expect(form["type"] == .string("application/pdf"))
    #expect(form["files"] == .integer(2))
    #expect(form["content"] != nil)
    #expect(try await setting.ask("no_form") == .string("no form: INVALID"))
    #expect(
      try await setting.ask("limited")
        == Self.texts("INVALID INVALID 0123456789", "INVALID INVALID INVALID"))
    await setting.stop()
  }

  /// Every address on the way is asked for.
  @Test func redirectsAndTheAllowList() async throws {
    let setting = try await Setting()
    let found = try await setting.ask("redirects")
    guard case .array(let parts) = found, parts.count == 3 else {
      Issue.record("\(found)")
      return
    }
    #expect(parts[0] == .string("PERMISSION_DENIED"))
    #expect(parts[2] == .integer(200))
    await setting.stop()
  }

  /// The end of a process gives up what it has asked for: the server hears of it.
  @Test(arguments: ["fetch", "asks"])
  func theEndOfTheProcessEndsItsRequests(_ function: String) async throws {
    let setting = try await Setting()
    let arguments: [Value] =
      function == "asks"
      ? [.string("wait"), .string("http://127.0.0.1:\(setting.port)")]
      : [.string("GET"), .string("127.0.0.1:\(setting.port)"), .string("/api/slow"), .bytes([]), .integer(0)]
    let scheduler = setting.client.runtime.scheduler
    let ended = Task {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        let token = scheduler.call(
          CallRequest(entry: GuestProject.id(function), arguments: arguments, caller: nil)
        ) { _ in continuation.resume(returning: true) }
        Task {
          while !setting.serves("slow") { await Task.yield() }
          scheduler.cancelCall(token)
        }
      }
    }
    #expect(await ended.value)
    while setting.serves("slow") { await Task.yield() }
    await setting.stop()
  }

  @Test func optionsThatAreWrong() async throws {
    let setting = try await Setting()
    #expect(
      try await setting.ask("kinds") == .array(Array(repeating: .string("INVALID"), count: 10)))
    await setting.stop()
  }

  @Test func batches() async throws {
    let setting = try await Setting()
    #expect(
      try await setting.ask("batch")
        == .array([.integer(200), .string("INVALID INVALID x"), .integer(404), .integer(3)]))
    #expect(
      try await setting.ask("bad_batch")
        == Self.texts(
          "none", "INTERNAL", "INVALID", "INVALID", "INVALID", "INVALID", "INTERNAL", "INVALID", "INVALID", "200false"))
    #expect(
      try await setting.ask("odd_batches")
        == .array([.integer(0), .bool(true), .string("INVALID"), .bool(false)]))
    await setting.stop()
  }

  @Test(arguments: ["asks", "nested"])
  func tracesAreCarriedOn(_ function: String) async throws {
    let setting = try await Setting()
    let inheritance = TraceContext.inheritance(
      of: [HTTPField("traceparent", "00-1-2-01"), HTTPField("tracestate", "a=b")], requestID: "id-1")
    let traces = try await setting.ask("trace", function: function, inheritance)
    let carried = Value.table([
      .init("id", .string("id-1")), .init("parent", .string("00-1-2-01")), .init("state", .string("a=b")),
    ])
    // What the program sets stays, and what belongs to the other trace is left out.
    let own = Value.table([.init("id", .string("mine")), .init("parent", .string("own"))])
    #expect(traces == .array([carried, own]))
    let arguments: [Value] = [
      .string("GET"), .string("127.0.0.1:\(setting.port)"), .string("/api/trace"), .bytes([]), .integer(0),
    ]
    let guest = try await setting.call("fetch", arguments, inheritance)
    guard case .array(let parts) = guest, case .bytes(let body)? = parts.last else {
      Issue.record("\(guest)")
      return
    }
    #expect(String(decoding: body, as: UTF8.self).contains("\"parent\":\"00-1-2-01\""))
    await setting.stop()
  }

  @Test func optionsOfTLS() async throws {
    let fixtures = GuestProject.repository.appending(path: "Tests/Fixtures/tls").path
    let service = HTTPServiceTests.service.replacing(
      "lifecycle:", with: "tls: {certificate: \(fixtures)/certificate.pem, key: \(fixtures)/key.pem}, lifecycle:")
    let setting = try await Setting(service)
    #expect(
      try await setting.ask("tls", scheme: "https")
        == .array([.string("INTERNAL"), .string("INVALID"), .integer(404), .integer(404)]))
    await setting.stop()
  }
}
