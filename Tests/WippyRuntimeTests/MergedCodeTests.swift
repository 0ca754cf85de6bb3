import Foundation
import Synchronization
import Testing
import WippyCore
import WippyEngine

@testable import WippyRuntime

/// The module that a component's modules become is compiled once, and found again.
@Suite struct MergedCodeTests {
  private final class Events: Sendable {
    private let list = Mutex<[CompilationEvent]>([])
    var count: Int { list.withLock { $0.count } }
    func add(_ event: CompilationEvent) { list.withLock { $0.append(event) } }
  }

  private let cache = FileManager.default.temporaryDirectory.appending(path: "wippy-test-merged-\(UUID().uuidString)")

  /// Runs `shapes` from the cache; returns how often something began or ended to be compiled.
  private func run(more: String = "") async throws -> Int {
    let events = Events()
    let project = try GuestProject(
      [.init(name: "it", guest: "shapes", method: "demo:shapes/shapes@1.0.0#reverse-text", more: more)], cache: cache,
      onCompilation: events.add)
    #expect(try await project.run("it", "\"abc\"") == .normal(.string("cba")))
    return events.count
  }

  @Test func isCompiledOnce() async throws {
    defer { try? FileManager.default.removeItem(at: cache) }
    #expect(try await run() == 2)
    #expect(try await run() == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: cache.path)
    #expect(files.count { $0.hasSuffix(".code") } == 1)
  }

  /// What is granted chooses functions of the host, and no code.
  @Test func grantsDoNotChangeIt() async throws {
    defer { try? FileManager.default.removeItem(at: cache) }
    #expect(try await run() == 2)
    #expect(try await run(more: "imports: [wasi:clocks, wasi:io, wasi:cli]") == 0)
  }

  /// Code that another version of wippy left behind is replaced.
  @Test func otherCodeOfTheSameFileIsReplaced() async throws {
    defer { try? FileManager.default.removeItem(at: cache) }
    #expect(try await run() == 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.path)
    let record = cache.appending(path: try #require(names.first { $0.hasSuffix(".record") }))
    var lines = try String(contentsOf: record, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    lines[1] = Substring(ContentDigest(of: "another").hex)
    try lines.joined(separator: "\n").write(to: record, atomically: false, encoding: .utf8)
    #expect(try await run() == 2)
    #expect(try await run() == 0)
  }
}
