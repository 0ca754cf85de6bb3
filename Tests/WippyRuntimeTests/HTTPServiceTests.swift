import Synchronization
import Testing
import WippyCore

@testable import WippyRuntime

/// An `http.service` of a project, with endpoints of both transports.
@Suite struct HTTPServiceTests {
  static let service = """
      - {name: gateway, kind: http.service, addr: "127.0.0.1:0", lifecycle: {auto_start: true}}
      - {name: api, kind: http.router, meta: {server: gateway}, prefix: /api/}
    """

  static func endpoint(_ name: String, _ method: String, _ path: String, _ function: String) -> String {
    "\n  - {name: \(name), kind: http.endpoint, meta: {router: api}, method: \(method), path: \"\(path)\", func: \(function)}"
  }

  private static let functions: [GuestProject.Entry] = [
    .init(name: "greet", guest: "greet", method: "greet", kind: "function.wasm"),
    .init(name: "multiply", guest: "compute", method: "compute", kind: "function.wasm"),
    .init(name: "fail", guest: "fails", method: "attempt", kind: "function.wasm"),
    .init(name: "trap", guest: "traps", method: "integer-divide-by-zero", kind: "function.wasm"),
    .init(
      name: "spin", guest: "spin", method: "spin", more: "limits: {max_cpu_ms: 10}", kind: "function.wasm"),
    .init(
      name: "component", guest: "http_server", method: "handle",
      more: "transport: wasi-http\nimports: [wasi:io, wasi:clocks]", kind: "function.wasm"),
    .init(
      name: "never", guest: "http_server", method: "handle",
      more: "transport: wasi-http\nlimits: {max_cpu_ms: 10}", kind: "function.wasm"),
  ]

  private struct Setting {
    let project: GuestProject
    let port: UInt16

    init() async throws {
      let endpoints = [
        endpoint("e1", "POST", "/greet", "greet"), endpoint("e2", "POST", "/multiply", "multiply"),
        endpoint("e3", "POST", "/fail", "fail"), endpoint("e4", "GET", "/trap", "trap"),
        endpoint("e5", "GET", "/spin", "spin"), endpoint("e6", "GET", "/describe", "component"),
        endpoint("e7", "POST", "/echo", "component"),
      ]
      let bare = """
        \n  - {name: bare, kind: http.router, meta: {server: gateway}}
          - {name: e8, kind: http.endpoint, meta: {router: bare}, method: GET, path: /spin, func: never}
          - {name: e9, kind: http.endpoint, meta: {router: bare}, method: GET, path: /describe, func: component}
          - {name: e10, kind: http.endpoint, meta: {router: bare}, method: POST, path: /echo, func: component}
        """
      project = try GuestProject(functions, hosts: service + endpoints.joined() + bare)
      try await project.runtime.startServices()
      port = try #require(project.runtime.port(of: GuestProject.id("gateway")))
    }

    func send(
      _ path: String, _ method: String = "POST", _ body: String? = nil, type: String? = nil
    ) async throws -> TestAnswer {
      try #require(
        await project.runtime.send(
          path, to: port, method: method, body: body.map { HTTPBody(Array($0.utf8)) },
          fields: type.map { [HTTPField("content-type", $0)] } ?? []))
    }
  }

  @Test func payloadsAreMapped() async throws {
    let setting = try await Setting()
    let greeting = try await setting.send("/api/greet", "POST", "World")
    #expect(greeting.status == 200)
    #expect(greeting.text == "Hello, World!")
    #expect(greeting["content-type"] == "text/plain; charset=utf-8")
    #expect(try await setting.send("/api/greet", "POST", "\"JSON\"", type: "application/json").text == "Hello, JSON!")
    // A string parameter takes an empty body too.
    #expect(try await setting.send("/api/greet").text == "Hello, !")
    let product = try await setting.send("/api/multiply", "POST", "[6, 7]", type: "application/json")
    #expect(product.text == "42")
    #expect(product["content-type"] == "application/json")
    await setting.project.runtime.shutdown()
  }

  @Test func badRequestsGetTheirStatus() async throws {
    let setting = try await Setting()
    let json = "application/json"
    #expect(try await setting.send("/api/multiply", "POST", "[6", type: json).status == 400)
    #expect(try await setting.send("/api/multiply", "POST", "[6]", type: json).status == 400)
    #expect(try await setting.send("/api/multiply", "POST", "[6, \"x\"]", type: json).status == 400)
    #expect(try await setting.send("/api/multiply", "POST", "6 7", type: "text/plain").status == 415)
    #expect(try await setting.send("/api/nothing").status == 404)
    #expect(try await setting.send("/greet").status == 404)
    let other = try await setting.send("/api/greet", "PUT", "x")
    #expect(other.status == 405)
    #expect(other["allow"] == "POST")
    let traversal = try await setting.send("/api/%zz", "GET")
    #expect(traversal.status == 404)
    // And the service goes on.
    #expect(try await setting.send("/api/greet", "POST", "you").text == "Hello, you!")
    await setting.project.runtime.shutdown()
  }

  @Test func functionsThatFailGetTheirStatus() async throws {
    let setting = try await Setting()
    #expect(try await setting.send("/api/trap", "GET").status == 500)
    #expect(try await setting.send("/api/spin", "GET").status == 504)
    let failure = try await setting.send("/api/fail", "POST", "[\"it\", true]", type: "application/json")
    #expect(failure.status == 500)
    #expect(failure.text == "\"it failed\"")
    #expect(try await setting.send("/healthz", "GET").status == 200)
    #expect(try await setting.send("/readyz", "GET").status == 200)
    await setting.project.runtime.shutdown()
  }

  @Test func aComponentThatNeverAnswers() async throws {
    let setting = try await Setting()
    #expect(try await setting.send("/spin", "GET").status == 504)
    #expect(try await setting.send("/api/greet", "POST", "you").text == "Hello, you!")
    await setting.project.runtime.shutdown()
  }

  @Test func aComponentAnswersItself() async throws {
    let setting = try await Setting()
    let described = try await setting.send("/describe?a=1", "GET")
    #expect(described.status == 200)
    #expect(described.text.contains("\npath /describe?a=1\n"))
    // The id of the request, which the response has too.
    #expect(described.text.contains("\nx-request-id=\(described["x-request-id"] ?? "none")"))
    #expect(try await setting.send("/echo", "POST", "to and fro").text == "to and fro")
    await setting.project.runtime.shutdown()
  }

  @Test func theServiceIsAProcess() async throws {
    let setting = try await Setting()
    let entries = setting.project.runtime.processes().map(\.entry)
    #expect(entries.contains(GuestProject.id("gateway")))
    let report = await setting.project.runtime.shutdown()
    #expect(report.killed.isEmpty)
    #expect(await setting.project.runtime.send("/healthz", to: setting.port) == nil)
  }

  @Test func anAddressInUse() async throws {
    let setting = try await Setting()
    let second = try GuestProject(
      [],
      hosts: """
          - name: gateway
            kind: http.service
            addr: "127.0.0.1:\(setting.port)"
            lifecycle: {auto_start: true, restart: {policy: temporary}}
        """)
    await #expect {
      try await second.runtime.startServices()
    } throws: { error in
      "\(error)".contains("_index.yaml") && "\(error)".contains("cannot listen on")
    }
    await second.runtime.shutdown()
    await setting.project.runtime.shutdown()
  }

  @Test func twoEndpointsOnOnePath() throws {
    #expect {
      _ = try GuestProject(
        [.init(name: "greet", guest: "greet", method: "greet", kind: "function.wasm")],
        hosts: Self.service + Self.endpoint("one", "GET", "/a/{x}", "greet")
          + Self.endpoint("two", "GET", "/a/{y}", "greet"))
    } throws: { error in
      "\(error)".contains("guests:one") && "\(error)".contains("answers GET /api/a/{y} already")
    }
  }

  @Test func anUnknownFunction() throws {
    #expect {
      _ = try GuestProject([], hosts: Self.service + Self.endpoint("one", "GET", "/a", "nobody"))
    } throws: { error in
      "\(error)".contains("guests:nobody") && "\(error)".contains("_index.yaml:")
    }
  }
}

/// What a service tells of itself.
@Suite struct HTTPMetricsTests {
  @Test func metricsAndHealth() async throws {
    let project = try GuestProject(
      [.init(name: "greet", guest: "greet", method: "greet", kind: "function.wasm")],
      hosts: """
          - name: gateway
            kind: http.service
            addr: "127.0.0.1:0"
            metrics: /metrics
            health: {live: /live, ready: /ready}
            lifecycle: {auto_start: true}
          - {name: api, kind: http.router, meta: {server: gateway}, prefix: /api/}
        """ + HTTPServiceTests.endpoint("e1", "POST", "/greet", "greet"))
    let runtime = project.runtime
    try await runtime.startServices()
    let port = try #require(runtime.port(of: GuestProject.id("gateway")))
    #expect(try #require(await runtime.send("/live", to: port)).text == "ok\n")
    #expect(try #require(await runtime.send("/ready", to: port)).status == 200)
    #expect(try #require(await runtime.send("/healthz", to: port)).status == 404)
    for _ in 0..<3 {
      let body = HTTPBody(Array("x".utf8))
      #expect(try #require(await runtime.send("/api/greet", to: port, method: "POST", body: body)).status == 200)
    }
    let metrics = try #require(await runtime.send("/metrics", to: port))
    #expect(metrics["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    for line in [
      "wippy_function_calls_total{entry=\"guests:greet\"} 3", "wippy_function_refusals_total{entry=\"guests:greet\"} 0",
      "wippy_pool_waiting{entry=\"guests:greet\"} 0",
      "wippy_http_responses_total{service=\"guests:gateway\",method=\"POST\",status=\"200\"} 3",
      "wippy_http_responses_total{service=\"guests:gateway\",method=\"GET\",status=\"404\"} 1",
      "wippy_exits_total{reason=\"normal\"} 3", "# TYPE wippy_slice_seconds histogram",
    ] {
      #expect(metrics.text.contains(line + "\n"), "\(line)")
    }
    #expect(metrics.text.contains("wippy_http_request_seconds_count{service=\"guests:gateway\"} "))
    await runtime.shutdown()
  }

  @Test func overloadIsTold() async throws {
    let project = try GuestProject(
      [
        .init(
          name: "sleep", guest: "sleeper", method: "sleep-forever",
          more: "imports: [wasi:clocks]\npool: {type: static, workers: 1, buffer: 1}", kind: "function.wasm")
      ],
      hosts: HTTPServiceTests.service.replacing("auto_start: true", with: "auto_start: true, stop_timeout: 50ms")
        + HTTPServiceTests.endpoint("e1", "POST", "/sleep", "sleep"))
    let runtime = project.runtime
    try await runtime.startServices()
    let port = try #require(runtime.port(of: GuestProject.id("gateway")))
    let pool = try #require(runtime.pool(of: GuestProject.id("sleep")))
    @Sendable func send() async -> TestAnswer? {
      await runtime.send(
        "/api/sleep", to: port, method: "POST", body: HTTPBody(Array("3600000".utf8)),
        fields: [HTTPField("content-type", "application/json")])
    }
    let held = (0..<2).map { _ in Task { await send() } }
    while pool.use.running < 1 || pool.use.waiting < 1 { await Task.yield() }
    let refused = try #require(await send())
    #expect(refused.status == 503)
    #expect(refused["retry-after"] == "1")
    #expect(pool.counts.refused == 1)
    await runtime.shutdown()
    for task in held { _ = await task.value }
  }
}
