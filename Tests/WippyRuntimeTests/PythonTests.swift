import Foundation
import Testing

@testable import WippyRuntime

/// The Python component of 18 MB that `make guests-check` builds.
@Suite struct PythonTests {
  private static let component = GuestProject.repository.appending(path: ".deps/guests/greet_python.wasm")

  @Test func greetsComputesAndFails() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "wippy-python-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    // Bound by a bare file: the digest of what was just built is nobody's to know.
    let runtime = try Runtime(RuntimeConfiguration(environment: ["WIPPY_CACHE_DIR": GuestProject.cache.path]))
    func run(_ method: String, _ arguments: [Value]) async throws -> ExitReason {
      var file = BareFile(path: Self.component.path)
      file.method = method
      return try await runtime.start(
        try runtime.load(file), on: try runtime.host(nil), arguments: arguments
      ).exitReason()
    }
    #expect(try await run("greet", [.string("Wörld")]) == .normal(.string("Hello from Python, Wörld!")))
    #expect(try await run("total", [.array([.integer(1), .integer(2), .integer(39)])]) == .normal(.integer(42)))
    #expect(try await run("divide", [.integer(7), .integer(2)]) == .normal(.integer(3)))
    #expect(
      try await run("divide", [.integer(7), .integer(0)]) == .error(.string("7 cannot be divided by zero")))
    #expect(try await run("reverse", [.bytes([0, 1, 255])]) == .normal(.bytes([255, 1, 0])))
    guard case .normal(.integer(let slept)?) = try await run("sleep-ms", [.integer(30)]) else {
      Issue.record("it did not sleep")
      return
    }
    #expect(slept >= 30)
    #expect(try await run("crash", [.string("on purpose")]).kind == .trap)
    // With its code in the cache: loaded by another thread while the component is planned.
    let again = try Runtime(RuntimeConfiguration(environment: ["WIPPY_CACHE_DIR": GuestProject.cache.path]))
    var file = BareFile(path: Self.component.path)
    file.method = "greet"
    let loaded = try again.load(file, toStart: true)
    #expect(loaded.guest.ahead != nil)
    let reason = try await again.start(loaded, on: try again.host(nil), arguments: [.string("x")]).exitReason()
    #expect(reason == .normal(.string("Hello from Python, x!")))
    #expect(again.engineUse.engines == 1)
  }
}
