import Foundation
import Testing
import WippyRuntime

/// What a runtime does besides running guests.
@Suite struct SurroundingsTests {
  @Test func theCacheIsRelativeToTheProject() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "wippy-cache-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try "cache: {directory: ./code}\n".write(
      to: directory.appending(path: ".wippy.yaml"), atomically: true, encoding: .utf8)
    let runtime = try Runtime(RuntimeConfiguration(project: directory.path, environment: [:]))
    #expect(FileManager.default.fileExists(atPath: directory.appending(path: "code").path))
    await runtime.shutdown()
  }

  @Test func everyProblemOfAProjectIsReported() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "wippy-bad-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try """
    namespace: bad
    entries:
      - {name: a, kind: process.wazm}
      - {name: b, kind: fs.directory}
    """.write(to: directory.appending(path: "_index.yaml"), atomically: true, encoding: .utf8)
    let configuration = RuntimeConfiguration(project: directory.path, environment: [:])
    let error = #expect(throws: RuntimeError.self) { _ = try Runtime(configuration) }
    guard case .project(let problems)? = error else { return }
    #expect(problems.count == 2)
    #expect(problems.first?.hasPrefix("_index.yaml:3:") == true)
    #expect(problems.last?.hasPrefix("_index.yaml:4:") == true)
  }

  @Test func afterAShutdownNothingStarts() async throws {
    let project = try GuestProject([.init(name: "compute", guest: "compute", method: "compute")])
    await project.runtime.shutdown()
    await #expect(throws: RuntimeError.self) {
      _ = try await project.runtime.spawn(
        GuestProject.id("compute"), arguments: [.integer(1), .integer(2)])
    }
  }
}
